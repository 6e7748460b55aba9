import type { ChatwootClient } from "../../lib/chatwoot/client.ts";
import { jsonOf } from "../../../lib/http/request.ts";
import { failed, ok, skipped, type Check } from "../../health/check.ts";
import { nextSteps, type Target } from "../../health/target.ts";

/**
 * Requests a password reset mail; the password changes only through its link. Chatwoot confirms the request, not the
 * delivery.
 */
export function mail(client: ChatwootClient, address: string | undefined, target: Target): Check {
  const { logs } = nextSteps(target);
  return {
    name: "mail",
    async run() {
      if (address === undefined) return skipped("only with --mail");
      const answer = await client.ask("/auth/password", { method: "POST", body: { email: address } });
      if (answer.status === 200) return ok(`password mail requested; check that it reaches ${address}`);
      if (answer.status === 404)
        return failed(`Chatwoot has no user ${address}`, "Use the address of a user: --mail ADDRESS");
      if (answer.status === 429) return skipped("Chatwoot's limit of 5 requests in 30 minutes is reached");
      const said = (jsonOf(answer) as { message?: unknown } | undefined)?.message;
      return failed(`answers ${answer.status}${typeof said === "string" ? `: ${said}` : ""}`, logs);
    },
  };
}
