import { healthPaths } from "../../../components/chatwoot/health.ts";
import { ChatwootApiError, type ChatwootClient, type Profile } from "../../lib/chatwoot/client.ts";
import { jsonOf } from "../../../lib/http/request.ts";
import { failed, ok, type Check, type Outcome } from "../check.ts";
import { nextSteps, type Target } from "../target.ts";

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
          `${healthPaths.live} redirects to ${new URL(location, answer.url).host}`,
          `Use the target of the redirect as URL, or exclude the path from single sign-on: ${next.curl(healthPaths.live)}`,
        );
      const what = answer.status === 200 ? "200, but not from Chatwoot" : String(answer.status);
      return failed(`${healthPaths.live} answers ${what}`, next.logs);
    },
  };
}

/** Reads PostgreSQL and Redis from `/api`, up to three times: both can be `failing` right after a start. */
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

/** Checks the token. The profile contains it, so the profile is never printed. */
export function token(profile: () => Promise<Profile>, target: Target): Check {
  return {
    name: "API token",
    run: async () => (target.apiToken === undefined ? noToken(target) : withAccount(await profile(), target)),
  };
}

/** The fix for a failed call with the token. */
export function explainToken(error: unknown, target: Target): Outcome | undefined {
  if (!(error instanceof ChatwootApiError)) return undefined;
  const { logs, redeploy, output } = nextSteps(target);
  if (error.status === 401 && error.reason === "Invalid Access Token")
    return failed(
      "Chatwoot rejected the token (401 Invalid Access Token)",
      target.stack === undefined
        ? `Set CHATWOOT_API_KEY to the stack's token: ${output("apiToken")}`
        : redeploy("Run the bootstrap to set it"),
    );
  if (error.status === 401 && error.reason.startsWith("You need to sign in"))
    return failed(
      "the header api_access_token did not arrive (401)",
      "Configure the proxy to forward headers with underscores: in nginx `underscores_in_headers on`",
    );
  if (error.status >= 300 && error.status < 400)
    return failed(
      `the API ${error.reason}`,
      "Exclude /api from single sign-on: `chatwoot:kubernetes.sso.publicApi: true`",
    );
  return failed(`${error.request} answered ${error.status}${error.reason && `: ${error.reason}`}`, logs);
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
      `has no access to account ${wanted} (it has ${has})`,
      target.stack === undefined
        ? "Set CHATWOOT_ACCOUNT_ID to one of these"
        : redeploy("Set chatwoot:account to one of these, then run"),
    );
  }
  if (account.role !== "administrator")
    return failed(
      `works for account ${account.id}, but without the role administrator (${account.role ?? "none"})`,
      redeploy("Run the bootstrap to restore the role"),
    );
  return ok(`works, administrator of account ${account.id}`);
}

function noToken(target: Target): Outcome {
  return failed("is not set", `Set CHATWOOT_API_KEY: ${nextSteps(target).output("apiToken")}`);
}
