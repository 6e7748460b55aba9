import { healthPaths } from "../../../components/chatwoot/health.ts";
import { ChatwootRefusal, type ChatwootClient, type Profile } from "../../lib/chatwoot/client.ts";
import { jsonOf } from "../../../lib/http/request.ts";
import { failed, ok, type Check, type Outcome } from "../check.ts";
import { nextSteps, type Target } from "../target.ts";

/** Rails answers. */
export function live(client: ChatwootClient, target: Target): Check {
  const next = nextSteps(target);
  return {
    name: "Rails",
    async run() {
      const answer = await client.ask(healthPaths.live);
      const body = jsonOf(answer) as { status?: unknown } | undefined;
      if (answer.status === 200 && body?.status === "woot") return ok(`${healthPaths.live} answers woot`);
      const location = answer.headers.get("location");
      if (answer.status >= 300 && answer.status < 400 && location !== null)
        return failed(
          `${healthPaths.live} leads to ${new URL(location, answer.url).host}`,
          `Use the address that it leads to, or let single sign-on pass it: ${next.curl(healthPaths.live)}`,
        );
      const what = answer.status === 200 ? "200, but not from Chatwoot" : String(answer.status);
      return failed(`${healthPaths.live} answers ${what}`, next.logs);
    },
  };
}

/** Postgres and Redis by the body of `/api`. They may be `failing` for a moment after a start: asked three times. */
export function services(client: ChatwootClient, target: Target, pauseMs = 1000): Check {
  return {
    name: "Postgres, Redis",
    async run() {
      for (let attempt = 1; ; attempt++) {
        const { version, data_services: postgres, queue_services: redis } = await client.services();
        if (postgres === "ok" && redis === "ok") return ok(`both ok, Chatwoot ${version}`);
        if (attempt < 3) {
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
          continue;
        }
        const found = `Postgres is ${postgres}, Redis is ${redis}`;
        return failed(`${found} (${healthPaths.ready})`, nextSteps(target).logs);
      }
    },
  };
}

/** The token opens the API. The profile holds the token, so nothing of it is printed. */
export function token(profile: () => Promise<Profile>, target: Target): Check {
  return {
    name: "API token",
    run: async () => (target.apiToken === undefined ? noToken(target) : withAccount(await profile(), target)),
  };
}

/** What to do about a failed call with the token. */
export function explainToken(error: unknown, target: Target): Outcome | undefined {
  if (!(error instanceof ChatwootRefusal)) return undefined;
  const { logs, redeploy, output } = nextSteps(target);
  if (error.status === 401 && error.said === "Invalid Access Token")
    return failed(
      "Chatwoot does not know the token (401 Invalid Access Token)",
      target.stack === undefined
        ? `Set CHATWOOT_API_KEY to the stack's token: ${output("apiToken")}`
        : redeploy("Let the bootstrap set it again"),
    );
  if (error.status === 401 && error.said.startsWith("You need to sign in"))
    return failed(
      "the header api_access_token did not arrive (401)",
      "Let the proxy pass headers with underscores: in nginx `underscores_in_headers on`",
    );
  if (error.status >= 300 && error.status < 400)
    return failed(`the API ${error.said}`, "Let single sign-on pass /api: `chatwoot:kubernetes.sso.publicApi: true`");
  return failed(`${error.asked} answered ${error.status}${error.said && `: ${error.said}`}`, logs);
}

export function accountOf(profile: Profile, { account: { id, name } }: Target) {
  return profile.accounts.find((each) =>
    id === undefined ? name === undefined || each.name === name : each.id === id,
  );
}

function withAccount(profile: Profile, target: Target): Outcome {
  const account = accountOf(profile, target);
  const { redeploy } = nextSteps(target);
  if (account === undefined) {
    const wanted = target.account.id ?? JSON.stringify(target.account.name);
    const has = profile.accounts.map(({ id, name }) => `${id} ${JSON.stringify(name)}`).join(", ") || "none";
    return failed(
      `works, but not for account ${wanted} (it has ${has})`,
      target.stack === undefined
        ? "Set CHATWOOT_ACCOUNT_ID to one of those"
        : redeploy("Name one of those as chatwoot:account, then"),
    );
  }
  if (account.role !== "administrator")
    return failed(
      `works for account ${account.id}, but as ${account.role ?? "nobody"}`,
      redeploy("Let the bootstrap make its user an administrator again"),
    );
  return ok(`works, administrator of account ${account.id}`);
}

function noToken(target: Target): Outcome {
  return failed("is not given", `Set CHATWOOT_API_KEY: ${nextSteps(target).output("apiToken")}`);
}
