import type { ChatwootClient } from "../../lib/chatwoot/client.ts";
import { jsonOf } from "../../../lib/http/request.ts";
import { failed, ok, skipped, type Check } from "../../health/check.ts";
import { nextSteps, type Target } from "../../health/target.ts";

export interface MailParts {
  client: ChatwootClient;
  accountId: () => Promise<number | undefined>;
}

/**
 * Requests a password reset mail; the password changes only through its link. Chatwoot confirms the request for any
 * address and not the delivery, so the user is looked up first.
 */
export function mail({ client, accountId: asked }: MailParts, address: string | undefined, target: Target): Check {
  const { logs } = nextSteps(target);
  return {
    name: "mail",
    async run() {
      if (address === undefined) return skipped("only with --mail");
      if (target.apiToken === undefined) return skipped("no token (CHATWOOT_API_KEY) to look the user up");
      const accountId = await asked();
      if (accountId === undefined) return skipped("the token has no access to the account");
      const users = await client.agents(accountId);
      if (!users.some(({ email }) => email.toLowerCase() === address.trim().toLowerCase()))
        return failed(`account ${accountId} has no user ${address}`, "Use the address of a user: --mail ADDRESS");
      const answer = await client.ask("/auth/password", { method: "POST", body: { email: address } });
      if (answer.status === 200) return ok(`password mail requested; check that it reaches ${address}`);
      if (answer.status === 429) return skipped("Chatwoot's limit of 5 requests in 30 minutes is reached");
      const said = (jsonOf(answer) as { message?: unknown } | undefined)?.message;
      return failed(`answers ${answer.status}${typeof said === "string" ? `: ${said}` : ""}`, logs);
    },
  };
}
