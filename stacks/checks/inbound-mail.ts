import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** Amazon SES is authenticated by its topic, the other services by a password. */
export function checkInboundMail({ mail }: PartialSettings): Problem[] {
  const inbound = mail?.inbound;
  const key = "mail.inbound.snsTopic";
  if (inbound?.service === "ses" && inbound.snsTopic === undefined)
    return [{ key, message: "is missing for service ses. Set the ARN of the topic to which SES publishes the mail" }];
  if (inbound?.snsTopic !== undefined && inbound.service !== "ses")
    return [{ key, message: `has no effect with service ${inbound.service}. Remove it, or set service to ses` }];
  return [];
}
