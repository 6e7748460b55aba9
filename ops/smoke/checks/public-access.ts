import type { ChatwootClient } from "../../lib/chatwoot/client.ts";
import { jsonOf, type HttpAnswer } from "../../../lib/http/request.ts";
import { failed, ok, skipped, type Check, type Outcome } from "../../health/check.ts";
import { nextSteps, type Target } from "../../health/target.ts";

/* Public access, checked without a token. */

/** Checks that sign-up is closed, with an empty request that cannot create an account. */
export function signUp(client: ChatwootClient, target: Target): Check {
  const { redeploy, logs } = nextSteps(target);
  const open = failed(
    "is open: any visitor can create an account",
    redeploy("Check /super_admin/accounts for new accounts, then run the bootstrap to close it"),
  );
  return {
    name: "sign-up",
    async run() {
      const answer = await client.ask("/api/v1/accounts", { method: "POST", body: {} });
      if (answer.status === 404) return ok("closed (404)");
      if (answer.status === 429) return skipped("Chatwoot's limit of 5 requests in 30 minutes is reached");
      if (answer.status >= 500) return failed(`answers ${answer.status}`, logs);
      // An error about missing names comes from Chatwoot, so sign-up is open.
      const isChatwoot = typeof (jsonOf(answer) as { message?: unknown } | undefined)?.message === "string";
      return answer.status < 300 || isChatwoot
        ? open
        : gated(answer)
          ? ok(`closed (${answer.status}, behind single sign-on)`)
          : open;
    },
  };
}

/** Checks sign-up by the login page, which is not rate-limited. */
export function signUpPage(client: ChatwootClient, target: Target): Check {
  return {
    name: "sign-up",
    async run() {
      const answer = await client.ask("/app/login", { headers: { Accept: "text/html" } });
      const enabled = /signupEnabled:\s*'(\w*)'/.exec(answer.body.toString("utf8"))?.[1];
      if (enabled === undefined)
        return gated(answer)
          ? ok(`closed (${answer.status}, behind single sign-on)`)
          : skipped("the login page has no sign-up setting");
      if (enabled !== "true") return ok("closed (by the page)");
      return failed(
        "is open: any visitor can create an account",
        nextSteps(target).redeploy("Run the bootstrap to close it"),
      );
    },
  };
}

/** Checks that the first visitor cannot become super admin. */
export function onboarding(client: ChatwootClient, target: Target): Check {
  const { redeploy, logs } = nextSteps(target);
  const path = "/installation/onboarding";
  return {
    name: "onboarding",
    async run() {
      const answer = await client.ask(path, { headers: { Accept: "text/html" } });
      if (answer.status === 200)
        return failed("is open: the next visitor can become super admin", redeploy("Run the bootstrap to close it"));
      if (answer.status >= 500) return failed(`answers ${answer.status}`, logs);
      if (answer.status === 404) return ok("closed (404)");
      const location = answer.headers.get("location") ?? "";
      const redirectsHome = location !== "" && new URL(location, answer.url).pathname === "/";
      return ok(redirectsHome ? "closed (redirects to /)" : `closed (${answer.status}, behind single sign-on)`);
    },
  };
}

export function widget(client: ChatwootClient, target: Target): Check {
  const { logs, curl } = nextSteps(target);
  const path = "/packs/js/sdk.js";
  return {
    name: "widget",
    async run(): Promise<Outcome> {
      const answer = await client.ask(path, { headers: { Accept: "*/*" } });
      const type = answer.headers.get("content-type") ?? "";
      if (gated(answer))
        return failed(`${path} requires a session (${answer.status})`, "Exclude /packs from single sign-on");
      if (answer.status !== 200) return failed(`${path} answers ${answer.status}`, logs);
      if (!/javascript/.test(type) || !answer.body.includes("chatwootSDK"))
        return failed(
          `${path} is not the widget's script (${type || "no type"})`,
          `Inspect the response: ${curl(path)}`,
        );
      return ok(`${path}, ${Math.ceil(answer.body.length / 1000)} kB`);
    },
  };
}

function gated({ status }: HttpAnswer): boolean {
  return (status >= 300 && status < 400) || status === 401 || status === 403;
}
