import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

const id = "GOOGLE_OAUTH_CLIENT_ID";
const secret = "GOOGLE_OAUTH_CLIENT_SECRET";

/** Sign-in with Google reads both from the environment at the start; rows of the super admin pages give it nothing. */
export function checkGoogle({ environment = {} }: PartialSettings, environmentSecrets: readonly string[]): Problem[] {
  const hasId = id in environment || environmentSecrets.includes(id);
  const hasSecret = environmentSecrets.includes(secret);
  if (hasId && !hasSecret)
    return [
      {
        key: id in environment ? `environment.${id}` : `environmentSecrets.${id}`,
        message: `signs nobody in without its secret. Add ${secret} to environmentSecrets`,
      },
    ];
  if (hasSecret && !hasId)
    return [{ key: `environmentSecrets.${secret}`, message: `has no client. Add ${id} to chatwoot:environment` }];
  return [];
}
