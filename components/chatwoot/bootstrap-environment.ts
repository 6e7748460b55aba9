import type { SharedConfig } from "../../config/schema.ts";
import { bootstrapInbox } from "./bootstrap-inboxes.ts";
import type { ChatwootEnvironment } from "./environment.ts";

export interface BootstrapSecrets<Secret> {
  adminPassword: Secret;
  apiToken: Secret;
  webhookSecret: Secret;
}

type BootstrapConfig = Pick<SharedConfig, "account" | "admin" | "support" | "installation"> &
  Partial<Pick<SharedConfig, "mail" | "webhooks" | "inboxes" | "agentBots" | "image" | "uncheckedImage">>;

/** Environment of the bootstrap script. */
export function bootstrapEnvironment<Secret>(
  config: BootstrapConfig,
  secrets: BootstrapSecrets<Secret>,
  /** JSON of the secret settings of the super admin pages. */
  installation?: Secret,
  /** JSON of the passwords of inboxes. */
  inboxes?: Secret,
): ChatwootEnvironment<Secret> {
  const { account, admin } = config;
  const bots = (config.agentBots ?? []).map(({ name, url, description }) => ({ name, outgoing_url: url, description }));
  return {
    settings: {
      BOOTSTRAP_ACCOUNT: account,
      BOOTSTRAP_ADMIN_EMAIL: admin.email,
      BOOTSTRAP_ADMIN_NAME: admin.name,
      BOOTSTRAP_INSTALLATION: JSON.stringify(installationOf(config)),
      BOOTSTRAP_WEBHOOKS: JSON.stringify(webhooksOf(config)),
      BOOTSTRAP_AGENT_BOTS: JSON.stringify(bots),
      BOOTSTRAP_INBOXES: JSON.stringify((config.inboxes ?? []).map(bootstrapInbox)),
      // Only while the image is the same, so that the exception does not apply to later images.
      ...(config.uncheckedImage !== undefined && config.uncheckedImage === config.image
        ? { UPGRADE_CHECK: "off" }
        : {}),
    },
    secrets: {
      BOOTSTRAP_ADMIN_PASSWORD: secrets.adminPassword,
      BOOTSTRAP_API_TOKEN: secrets.apiToken,
      BOOTSTRAP_WEBHOOK_SECRET: secrets.webhookSecret,
      ...(installation === undefined ? {} : { BOOTSTRAP_INSTALLATION_SECRETS: installation }),
      ...(inboxes === undefined ? {} : { BOOTSTRAP_INBOX_SECRETS: inboxes }),
    },
  };
}

const signup = "ENABLE_ACCOUNT_SIGNUP";

/**
 * Disables sign-up: without this row, the sign-up page is public. The value is text, because older versions of Chatwoot
 * compare it with the text "false" and treat a boolean as enabled. The mail rows override environment variables, even when
 * they are empty.
 */
function installationOf({ installation, mail }: BootstrapConfig): Record<string, string | number | boolean> {
  const all = {
    [signup]: false,
    ...(mail === undefined ? {} : { MAILER_SUPPORT_EMAIL: addressOf(mail.sender) }),
    ...(mail?.inbound === undefined ? {} : { MAILER_INBOUND_EMAIL_DOMAIN: mail.inbound.domain }),
    ...installation,
  };
  return { ...all, [signup]: String(all[signup]) };
}

/** The address in `Name <name@domain>`. */
function addressOf(sender: string): string {
  return /<([^<>]+)>/.exec(sender)?.[1] ?? sender;
}

/** Uses the names of Chatwoot's columns. */
function webhooksOf({ support, webhooks = [] }: BootstrapConfig) {
  const pipeline = support && { url: support.webhookUrl, events: support.events, enabled: support.webhookEnabled };
  return [...(pipeline ? [pipeline] : []), ...webhooks].map(({ events, ...rest }) => ({
    ...rest,
    subscriptions: events,
  }));
}
