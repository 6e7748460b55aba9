/* The values that Chatwoot returns for settings which no client of the stand-in changes. */

/** `enabled_features` of a new account. */
export const accountFeatures = Object.fromEntries(
  [
    "inbound_emails",
    "channel_email",
    "channel_facebook",
    "help_center",
    "agent_bots",
    "macros",
    "agent_management",
    "team_management",
    "inbox_management",
    "labels",
    "custom_attributes",
    "automations",
    "canned_responses",
    "integrations",
    "voice_recorder",
    "channel_website",
    "campaigns",
    "reports",
    "crm",
    "auto_resolve_conversations",
    "chatwoot_v4",
    "contact_chatwoot_support_team",
    "channel_instagram",
    "assignment_v2",
    "channel_tiktok",
    "captain_tasks",
    "api_and_webhooks",
  ].map((name) => [name, true]),
);

const workingDay = { closed_all_day: false, open_hour: 9, open_minutes: 0, close_hour: 17, close_minutes: 0 };
const dayOff = { closed_all_day: true, open_hour: null, open_minutes: null, close_hour: null, close_minutes: null };

/** Settings that every view of an inbox has. */
export const inboxSettings = {
  greeting_enabled: false,
  greeting_message: null,
  working_hours_enabled: false,
  enable_email_collect: true,
  csat_survey_enabled: false,
  csat_config: {},
  enable_auto_assignment: true,
  auto_assignment_config: {},
  out_of_office_message: null,
  timezone: "UTC",
  allow_messages_after_resolved: true,
  lock_to_single_conversation: false,
  sender_name_type: "friendly",
  business_name: null,
};

/** Further fields of the API's view of an inbox; a channel replaces some. */
export const inboxFields = {
  avatar_url: "",
  working_hours: [dayOff, ...Array<object>(5).fill(workingDay), dayOff].map((hours, day) => ({
    day_of_week: day,
    ...hours,
    open_all_day: false,
  })),
  callback_webhook_url: null,
  allowed_domains: null,
  widget_color: null,
  website_url: null,
  hmac_mandatory: null,
  welcome_title: null,
  welcome_tagline: null,
  web_widget_script: null,
  website_token: null,
  selected_feature_flags: null,
  reply_time: null,
  messaging_service_sid: null,
  phone_number: null,
  provider: null,
};

const preChatField = (name: string, type: string, label: string, required: boolean) => ({
  name,
  type,
  label,
  enabled: false,
  required,
  field_type: "standard",
});

export const widgetFields = {
  allowed_domains: "",
  widget_color: "#1f93ff",
  selected_feature_flags: ["attachments", "emoji_picker", "end_conversation"],
  reply_time: "in_a_few_minutes",
  pre_chat_form_enabled: false,
  pre_chat_form_options: {
    pre_chat_fields: [
      preChatField("emailAddress", "email", "Email Id", true),
      preChatField("fullName", "text", "Full name", false),
      preChatField("phoneNumber", "text", "Phone number", false),
    ],
    pre_chat_message: "Share your queries or comments here.",
  },
  continuity_via_email: true,
};

export const emailFields = {
  forwarding_enabled: true,
  imap_login: "",
  imap_password: "",
  imap_address: "",
  imap_port: 0,
  imap_enabled: false,
  imap_enable_ssl: true,
  imap_authentication: "plain",
  smtp_login: "",
  smtp_password: "",
  smtp_address: "",
  smtp_port: 0,
  smtp_enabled: false,
  smtp_domain: "",
  smtp_enable_ssl_tls: false,
  smtp_enable_starttls_auto: true,
  smtp_openssl_verify_mode: "none",
  smtp_authentication: "login",
};

const iconDensities = { 36: "0.75", 48: "1.0", 72: "1.5", 96: "2.0", 144: "3.0", 192: "4.0" };

/** `public/manifest.json`. */
export const manifest = {
  name: "Chatwoot",
  short_name: "Chatwoot",
  icons: Object.entries(iconDensities).map(([size, density]) => ({
    src: `/android-icon-${size}x${size}.png`,
    sizes: `${size}x${size}`,
    type: "image/png",
    density,
  })),
  start_url: "/",
  display: "standalone",
  background_color: "#2781F6",
  theme_color: "#2781F6",
};
