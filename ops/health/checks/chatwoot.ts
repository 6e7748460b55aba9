import { livePath } from "../../../components/chatwoot/health.ts";
import { judgeReadiness, readinessRequests } from "../../../components/chatwoot/readiness.ts";
import { ChatwootApiError, type ChatwootClient, type Profile } from "../../lib/chatwoot/client.ts";
import { jsonOf } from "../../../lib/http/request.ts";
import { failed, ok, type Check, type Outcome } from "../check.ts";
import { nextSteps, type Target } from "../target.ts";

export function live(client: ChatwootClient, target: Target): Check {
  const next = nextSteps(target);
  return {
    name: "Rails",
    async run() {
      const answer = await client.ask(livePath);
      const body = jsonOf(answer) as { status?: unknown } | undefined;
      if (answer.status === 200 && body?.status === "woot") return ok(`${livePath} answers woot`);
      const location = answer.headers.get("location");
      if (answer.status >= 300 && answer.status < 400 && location !== null)
        return failed(
          `${livePath} redirects to ${new URL(location, answer.url).host}`,
          `Use the target of the redirect as URL, or exclude the path from single sign-on: ${next.curl(livePath)}`,
        );
      const what = answer.status === 200 ? "200, but not from Chatwoot" : String(answer.status);
      return failed(`${livePath} answers ${what}`, next.logs);
    },
  };
}

/** Checks PostgreSQL and Redis by the two requests of readiness.ts. */
export function services(client: ChatwootClient, target: Target): Check {
  return {
    name: "Postgres, Redis",
    async run() {
      const readiness = judgeReadiness(await client.readiness());
      if (readiness.state === "ready") return ok(`both ok, Chatwoot ${readiness.version}`);
      if (readiness.state === "failing")
        return failed(`${readiness.service} fails: ${readiness.reason}`, nextSteps(target).logs);
      return failed(
        `unknown: ${readiness.reason}`,
        `Find what answers instead of Chatwoot: ${nextSteps(target).curl(readinessRequests.profile.path)}. Single sign-on must exclude /api: \`chatwoot:kubernetes.sso.publicApi: true\``,
      );
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
      "the header api-access-token did not arrive (401)",
      "Configure the proxy to forward the header api-access-token",
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
