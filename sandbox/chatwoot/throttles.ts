import type { Answer } from "./answers.ts";
import type { Asked } from "./request.ts";

/** The throttles of `config/initializers/rack_attack.rb` that a command can reach. All clients here share one address. */
const limits = [
  { what: "POST /api/v1/accounts", count: 5, seconds: 1800 },
  { what: "POST /auth/password", count: 5, seconds: 1800 },
  { what: "POST /auth/sign_in", count: 5, seconds: 300 },
];

const tooMany: Answer = { status: 429, headers: { "content-type": "text/plain" }, body: "Retry later\n" };

/** Counts requests in fixed time windows, as rack-attack does. */
export class Throttles {
  readonly #counts = new Map<string, number>();

  refuse({ method, path }: Asked, nowMs = Date.now()): Answer | undefined {
    const what = `${method} ${/^[^.]+/.exec(path)?.[0]}`;
    const limit = limits.find((each) => each.what === what);
    if (limit === undefined) return undefined;
    const key = `${what} ${Math.floor(nowMs / 1000 / limit.seconds)}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count > limit.count ? tooMany : undefined;
  }
}
