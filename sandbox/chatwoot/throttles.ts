import type { Answer } from "./answers.ts";
import { clientAddress } from "./client-address.ts";
import { textParam, type Asked } from "./request.ts";

interface Throttle {
  count: number;
  seconds: number;
  /** The value whose requests are counted; undefined for requests that are not counted. */
  by: (asked: Asked, path: string) => string | undefined;
}

const post = (path: string) => (asked: Asked, askedPath: string) => asked.method === "POST" && askedPath === path;
const address = (counts: (asked: Asked, path: string) => boolean): Throttle["by"] => {
  return (asked, path) => (counts(asked, path) ? clientAddress(asked) : undefined);
};
const email = (counts: (asked: Asked, path: string) => boolean): Throttle["by"] => {
  return (asked, path) =>
    counts(asked, path) ? textParam(asked, "email")?.toLowerCase().replaceAll(/\s+/g, "") || undefined : undefined;
};
const account = (pattern: RegExp, method?: string): Throttle["by"] => {
  return (asked, path) => (method === undefined || asked.method === method ? pattern.exec(path)?.[1] : undefined);
};
const signIn = post("/auth/sign_in");
const superAdmin = post("/super_admin/sign_in");
const password = post("/auth/password");

/** The throttles of `config/initializers/rack_attack.rb` with their default limits, for the routes of the stand-in. */
const throttles: Readonly<Record<string, Throttle>> = {
  "req/ip": { count: 3000, seconds: 60, by: address(() => true) },
  "super_admin_login/ip": { count: 5, seconds: 300, by: address(superAdmin) },
  "super_admin_login/email": { count: 5, seconds: 900, by: email(superAdmin) },
  "login/ip": { count: 5, seconds: 300, by: address(signIn) },
  "login/email": { count: 10, seconds: 900, by: email(signIn) },
  "reset_password/ip": { count: 5, seconds: 1800, by: address(password) },
  "reset_password/email": { count: 5, seconds: 3600, by: email(password) },
  "accounts/ip": { count: 5, seconds: 1800, by: address(post("/api/v1/accounts")) },
  "widget/ip": {
    count: 5,
    seconds: 3600,
    by: address(({ query }, path) => path === "/widget" && !query.get("cw_conversation")),
  },
  "conversations DELETE": {
    count: 60,
    seconds: 60,
    by: account(/^\/api\/v1\/accounts\/(\d+)\/conversations\/\d+$/, "DELETE"),
  },
  upload: { count: 60, seconds: 3600, by: account(/\/api\/v1\/accounts\/(\d+)\/upload/) },
  "contacts/search": { count: 100, seconds: 60, by: account(/\/api\/v1\/accounts\/(\d+)\/contacts\/search/) },
};

const safeAddresses = ["127.0.0.1", "::1"];
const tooMany: Answer = { status: 429, headers: { "content-type": "text/plain" }, body: "Retry later\n" };

/** Counts requests in fixed time windows, as rack-attack does. */
export class Throttles {
  readonly #counts = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  refuse(asked: Asked): Answer | undefined {
    if (asked.path === "/health" || safeAddresses.includes(clientAddress(asked))) return undefined;
    const path = asked.path === "/" ? "/" : (/^[^.]+/.exec(asked.path)?.[0] ?? "").replace(/\/+$/, "");
    const isRefused = Object.entries(throttles).some(([name, { count, seconds, by }]) => {
      const value = by(asked, path);
      if (value === undefined) return false;
      const key = `${name} ${value} ${Math.floor(this.#now() / 1000 / seconds)}`;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      return (this.#counts.get(key) ?? 0) > count;
    });
    return isRefused ? tooMany : undefined;
  }
}
