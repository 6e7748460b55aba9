import type { ChatwootClient } from "../../lib/chatwoot/client.ts";
import { jsonOf, type HttpAnswer } from "../../../lib/http/request.ts";
import { failed, ok, skipped, type Check, type Outcome } from "../../health/check.ts";
import { nextSteps, type Target } from "../../health/target.ts";

/* What a stranger must not be able to do, tried as a stranger: no token goes with it. */

/** Nobody signs up by themselves. What is sent could not make an account either: it names none. */
export function signUp(client: ChatwootClient, target: Target): Check {
  const { redeploy, logs } = nextSteps(target);
  const open = failed(
    "is open: anybody can make an account",
    redeploy("Look at /super_admin/accounts who came, and let the bootstrap close it"),
  );
  return {
    name: "sign-up",
    async run() {
      const answer = await client.ask("/api/v1/accounts", { method: "POST", body: {} });
      if (answer.status === 404) return ok("closed (404)");
      if (answer.status === 429) return skipped("Chatwoot answers this 5 times in 30 minutes, and did");
      if (answer.status >= 500) return failed(`answers ${answer.status}`, logs);
      // Chatwoot's own refusal of empty names: it would take full ones.
      const isChatwoot = typeof (jsonOf(answer) as { message?: unknown } | undefined)?.message === "string";
      return answer.status < 300 || isChatwoot
        ? open
        : gated(answer)
          ? ok(`closed (${answer.status}, signed in first)`)
          : open;
    },
  };
}

/** The same by the page that everybody gets, which Chatwoot answers as often as it is asked. */
export function signUpPage(client: ChatwootClient, target: Target): Check {
  return {
    name: "sign-up",
    async run() {
      const answer = await client.ask("/app/login", { headers: { Accept: "text/html" } });
      const enabled = /signupEnabled:\s*'(\w*)'/.exec(answer.body.toString("utf8"))?.[1];
      if (enabled === undefined)
        return gated(answer) ? ok(`closed (${answer.status}, signed in first)`) : skipped("the page does not say");
      if (enabled !== "true") return ok("closed (by the page)");
      return failed("is open: anybody can make an account", nextSteps(target).redeploy("Let the bootstrap close it"));
    },
  };
}

/** Nobody becomes super admin by coming first. */
export function onboarding(client: ChatwootClient, target: Target): Check {
  const { redeploy, logs } = nextSteps(target);
  const path = "/installation/onboarding";
  return {
    name: "onboarding",
    async run() {
      const answer = await client.ask(path, { headers: { Accept: "text/html" } });
      if (answer.status === 200)
        return failed(
          "is open: the next visitor can become super admin",
          redeploy("Let the bootstrap close it at once"),
        );
      if (answer.status >= 500) return failed(`answers ${answer.status}`, logs);
      if (answer.status === 404) return ok("closed (404)");
      const location = answer.headers.get("location") ?? "";
      const leadsHome = location !== "" && new URL(location, answer.url).pathname === "/";
      return ok(leadsHome ? "closed (leads to /)" : `closed (${answer.status}, signed in first)`);
    },
  };
}

/** Websites get the widget. */
export function widget(client: ChatwootClient, target: Target): Check {
  const { logs, curl } = nextSteps(target);
  const path = "/packs/js/sdk.js";
  return {
    name: "widget",
    async run(): Promise<Outcome> {
      const answer = await client.ask(path, { headers: { Accept: "*/*" } });
      const type = answer.headers.get("content-type") ?? "";
      if (gated(answer)) return failed(`${path} wants a session (${answer.status})`, "Let single sign-on pass /packs");
      if (answer.status !== 200) return failed(`${path} answers ${answer.status}`, logs);
      if (!/javascript/.test(type) || !answer.body.includes("chatwootSDK"))
        return failed(`${path} is not the widget's script (${type || "no type"})`, `Look at it: ${curl(path)}`);
      return ok(`${path}, ${Math.ceil(answer.body.length / 1000)} kB`);
    },
  };
}

function gated({ status }: HttpAnswer): boolean {
  return (status >= 300 && status < 400) || status === 401 || status === 403;
}
