import type { Fault } from "kubernetes-sandbox";
import type { Overlay } from "../sandbox/support.ts";
import type { Plan } from "./campaign.ts";

export const status = (code: number): Fault => ({ kind: "status", code });
export const cut = (when: "before" | "after" | "during"): Fault => ({ kind: "cut", when });
export const stall: Fault = { kind: "stall", ms: 1500 };

const image = (version: string): Overlay => ({ config: { "chatwoot:image": `chatwoot/chatwoot:v${version}` } });
/** Prepares again. */
export const newImage = image("4.17.0");
export const laterImage = image("4.17.1");
/** Restarts web and worker without a preparation. */
export const newKey = (overlay: Overlay, key: string): Overlay => ({
  ...overlay,
  secrets: { "chatwoot:environmentSecrets": JSON.stringify({ CLEARBIT_API_KEY: key }) },
});

/** The fault at every write, once each: each run meets some. */
export const everyWrite =
  (fault: Fault): Plan =>
  (_, { isWrite }) =>
    isWrite ? fault : undefined;

/** Every kind of fault of a single request. */
export const kinds: [string, Fault][] = [
  ...[429, 500, 503, 409, 403].map((code): [string, Fault] => [String(code), status(code)]),
  ["a cut before the API server acts", cut("before")],
  ["a cut after it acted", cut("after")],
  ["a stall", stall],
];
