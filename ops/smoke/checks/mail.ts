import type { ChatwootClient } from "../../lib/chatwoot/client.ts";
import { jsonOf } from "../../../lib/http/request.ts";
import { failed, ok, skipped, type Check } from "../../health/check.ts";
import { nextSteps, type Target } from "../../health/target.ts";

/**
 * Has Chatwoot send the mail with which a password is set anew: the password stays as it is until somebody follows the
 * link. Chatwoot tells that it will send it; whether it arrives, only the mailbox tells.
 */
export function mail(client: ChatwootClient, address: string | undefined, target: Target): Check {
  const { logs } = nextSteps(target);
  return {
    name: "mail",
    async run() {
      if (address === undefined) return skipped("only with --mail");
      const answer = await client.ask("/auth/password", { method: "POST", body: { email: address } });
      if (answer.status === 200) return ok(`password mail asked for: see that it reaches ${address}`);
      if (answer.status === 404)
        return failed(`Chatwoot has no user ${address}`, "Name one of its users: --mail ADDRESS");
      if (answer.status === 429) return skipped("Chatwoot answers this 5 times in 30 minutes, and did");
      const said = (jsonOf(answer) as { message?: unknown } | undefined)?.message;
      return failed(`answers ${answer.status}${typeof said === "string" ? `: ${said}` : ""}`, logs);
    },
  };
}
