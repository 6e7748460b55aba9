import { setTimeout as sleep } from "node:timers/promises";
import { html, type Answer } from "./answers.ts";
import type { Asked } from "./request.ts";

/** What goes wrong on purpose. */
export interface Fault {
  /** A regular expression over `METHOD /path`. */
  match: string;
  /** Milliseconds before the answer, or before what follows. */
  delayMs?: number;
  /** Instead of the real answer. */
  status?: number;
  /** Replaces the body of the answer; 200 unless `status` says other. */
  body?: string;
  /** The connection ends without an answer. */
  reset?: boolean;
  /** How often; then it is over. Default always. */
  times?: number;
}

/** An answer, an end of the connection, or undefined where the request goes its way. */
export async function meetFault(faults: Fault[], { method, path }: Asked): Promise<Answer | "reset" | undefined> {
  const fault = faults.find(({ match, times = Infinity }) => times > 0 && new RegExp(match).test(`${method} ${path}`));
  if (fault === undefined) return undefined;
  if (fault.times !== undefined) fault.times -= 1;
  if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
  if (fault.reset === true) return "reset";
  if (fault.body !== undefined) return html(fault.body, fault.status ?? 200);
  return fault.status === undefined ? undefined : html(`<title>${fault.status}</title>`, fault.status);
}
