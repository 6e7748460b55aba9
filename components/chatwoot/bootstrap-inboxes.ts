import type { InboxConfig } from "../../config/schema/inboxes.ts";

/** An inbox for the bootstrap script, with the names of Chatwoot's columns. Omitted settings are absent. */
export interface BootstrapInbox {
  name: string;
  /** Model of the channel. */
  type: "Channel::WebWidget" | "Channel::Api" | "Channel::Email";
  channel: Record<string, string | number | boolean>;
  inbox: Record<string, string | boolean>;
  /** Columns of the channel whose value is a secret, with the name of that secret. */
  secrets: Record<string, string>;
  agentBot?: string;
}

export function bootstrapInbox(config: InboxConfig): BootstrapInbox {
  const { name, greeting, agentBot } = config;
  return {
    name,
    ...channelOf(config),
    inbox: greeting === undefined ? {} : { greeting_enabled: true, greeting_message: greeting },
    ...(agentBot === undefined ? {} : { agentBot }),
  };
}

function channelOf(config: InboxConfig): Pick<BootstrapInbox, "type" | "channel" | "secrets"> {
  if (config.kind === "website")
    return {
      type: "Channel::WebWidget",
      channel: given({
        website_url: config.websiteUrl,
        widget_color: config.color,
        welcome_title: config.welcomeTitle,
        welcome_tagline: config.welcomeTagline,
        hmac_mandatory: config.requireIdentity,
      }),
      secrets: {},
    };
  if (config.kind === "api")
    return {
      type: "Channel::Api",
      channel: given({ webhook_url: config.webhookUrl, hmac_mandatory: config.requireIdentity }),
      secrets: {},
    };
  const { address, forwardTo, imap } = config;
  return {
    type: "Channel::Email",
    channel: given({
      // Chatwoot compares addresses of incoming mail in lower case.
      email: address.toLowerCase(),
      forward_to_email: forwardTo?.toLowerCase(),
      imap_enabled: imap && true,
      imap_address: imap?.address,
      imap_port: imap?.port,
      imap_login: imap?.login,
      imap_enable_ssl: imap?.tls,
    }),
    secrets: imap === undefined ? {} : { imap_password: imap.passwordSecret },
  };
}

function given<Value>(fields: Record<string, Value | undefined>): Record<string, Value> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Record<string, Value>;
}
