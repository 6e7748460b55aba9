import type { Wanted } from "./world.ts";

/** Every input of the bootstrap at once. */
export function wantedOf(change: (wanted: Wanted) => void = () => undefined): Wanted {
  const wanted: Wanted = {
    config: {
      account: "HotDash",
      admin: { email: "Admin@hotrodan.com", name: "Administrator" },
      mail: {
        sender: "HotDash <customer.support@hotrodan.com>",
        inbound: { domain: "reply.hotrodan.com", service: "sendgrid" },
      },
      installation: { INSTALLATION_NAME: "HotDash", DIRECT_UPLOADS_ENABLED: true },
      support: {
        webhookUrl: "https://hotdash.example.com/api/webhooks/chatwoot",
        events: ["message_created", "conversation_status_changed"],
        webhookEnabled: true,
      } as Wanted["config"]["support"],
      webhooks: [
        {
          url: "https://project.supabase.example.com/functions/v1/chatwoot?key=planted-in-address",
          name: "Supabase",
          events: ["message_created"],
          enabled: true,
        },
      ],
      inboxes: [
        {
          kind: "website",
          name: "Website",
          websiteUrl: "https://hotrodan.com",
          color: "#aa0000",
          greeting: "Hello!",
          agentBot: "Drafts",
        },
        { kind: "api", name: "OCC", webhookUrl: "https://occ.example.com/chatwoot", requireIdentity: true },
        {
          kind: "email",
          name: "Mail",
          address: "Customer.Support@hotrodan.com",
          forwardTo: "support@reply.hotrodan.com",
          imap: {
            address: "imap.example.com",
            port: 993,
            login: "customer.support",
            passwordSecret: "MAIL_PASSWORD",
            tls: true,
          },
        },
      ],
      agentBots: [{ name: "Drafts", url: "https://agent.example.com/webhooks/chatwoot" }],
    },
    secrets: {
      adminPassword: "Planted-admin-password-1",
      apiToken: "plantedApiToken00000000000000001",
      webhookSecret: "plantedWebhookSecret000000000001",
    },
    installation: { SLACK_CLIENT_SECRET: "planted-slack-secret" },
    inboxes: { MAIL_PASSWORD: "planted-imap-password" },
  };
  change(wanted);
  return wanted;
}

/** Values that no output may contain. */
export function plantedValues({ secrets, installation, inboxes }: Wanted): string[] {
  const values = [...Object.values(secrets), ...Object.values(installation), ...Object.values(inboxes)];
  return [...values, "planted-in-address"];
}
