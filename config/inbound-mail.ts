/** Services that can deliver mail to Chatwoot (`RAILS_INBOUND_EMAIL_SERVICE`). */
export const inboundMailServices = ["relay", "mailgun", "mandrill", "postmark", "sendgrid", "ses"] as const;
export type InboundMailService = (typeof inboundMailServices)[number];

/**
 * The variable from which Chatwoot reads the secret that authenticates the service. Amazon SES has none: its notifications
 * are signed, and Chatwoot accepts those of one topic.
 */
export function inboundMailSecret(service: InboundMailService): string | undefined {
  if (service === "ses") return undefined;
  if (service === "mailgun") return "MAILGUN_INGRESS_SIGNING_KEY";
  if (service === "mandrill") return "MANDRILL_INGRESS_API_KEY";
  return "RAILS_INBOUND_EMAIL_PASSWORD";
}
