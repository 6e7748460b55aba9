import { hideLogSecrets } from "../../lib/log-secrets.ts";
import { passwordsIn, redact, redactLookalikes } from "../../lib/redact.ts";

/** Removes the Fly token and the passwords of URLs. */
export function hideSecrets(text: string): string {
  const own = [process.env["FLY_API_TOKEN"], process.env["FLY_ACCESS_TOKEN"]].filter((token) => token !== undefined);
  return redact(text, [...own, ...passwordsIn(text)]);
}

/** Removes everything that looks like a secret. */
export function hideInLogs(text: string): string {
  return redactLookalikes(hideLogSecrets(hideSecrets(text)));
}
