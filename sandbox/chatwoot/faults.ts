import { setTimeout as sleep } from "node:timers/promises";
import { html, type Answer } from "./answers.ts";
import type { Asked } from "./request.ts";

/** An injected fault. */
export interface Fault {
  /** A regular expression that is matched with `METHOD /path`. */
  match: string;
  /** Delay before the response or the fault, in milliseconds. */
  delayMs?: number;
  /** Status code to return instead of the real response. */
  status?: number;
  /** Body to return instead of the real one; the status is 200 unless `status` is set. */
  body?: string;
  /** Close the connection without a response. */
  reset?: boolean;
  /** Number of requests to affect. Default: all. */
  times?: number;
}

/** A response or a closed connection; undefined for requests that are handled normally. */
export async function meetFault(faults: Fault[], { method, path }: Asked): Promise<Answer | "reset" | undefined> {
  const fault = faults.find(({ match, times = Infinity }) => times > 0 && new RegExp(match).test(`${method} ${path}`));
  if (fault === undefined) return undefined;
  if (fault.times !== undefined) fault.times -= 1;
  if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
  if (fault.reset === true) return "reset";
  if (fault.body !== undefined) return html(fault.body, fault.status ?? 200);
  return fault.status === undefined ? undefined : html(`<title>${fault.status}</title>`, fault.status);
}
