import { expect, test } from "vitest";
import { namespaceRules } from "./namespace-rules.ts";
import { findingsIn, lines, type Change, type World } from "./test-world.ts";

const at = "/api/v1/namespaces/chatwoot";
const labels = (each: Record<string, string>): World => ({ [at]: { metadata: { name: "chatwoot", labels: each } } });
const annotations = (each: Record<string, string>): World => ({ [at]: { metadata: { annotations: each } } });
const quota = (...names: string[]): World => ({
  [`${at}/resourcequotas`]: {
    items: [{ metadata: { name: "team" }, spec: { hard: Object.fromEntries(names.map((name) => [name, "8"])) } }],
  },
});
const range = (limits: object): World => ({
  [`${at}/limitranges`]: {
    items: [{ metadata: { name: "sizes" }, spec: { limits: [{ type: "Container", ...limits }] } }],
  },
});
const set =
  (keys: object): Change =>
  ({ settings }) =>
    Object.assign(settings["kubernetes"], keys);
const resources = (amounts: object) => set({ pods: { resources: amounts } });
const enforced = labels({ "pod-security.kubernetes.io/enforce": "restricted" });

const cases: [what: string, world: World, change: Change, expected: string[]][] = [
  ["nothing", {}, () => {}, []],
  [
    "injection by Istio",
    labels({ "istio-injection": "enabled" }),
    () => {},
    [
      "? kubernetes.namespace: chatwoot has the label istio-injection=enabled, so Istio adds a proxy to each pod except those of this stack's Jobs, " +
        "and the network policies let no proxy reach its control plane: pods would not become ready. Allow it in a NetworkPolicy of your own, " +
        "or remove the mark: `kubectl --context newjoy label namespace chatwoot istio-injection-`",
    ],
  ],
  ["a revision of Istio", labels({ "istio.io/rev": "1-28" }), () => {}, ["istio.io/rev=1-28"]],
  ["injection that is off", labels({ "istio-injection": "disabled", "istio.io/rev": "1-28" }), () => {}, []],
  [
    "injection by Linkerd",
    annotations({ "linkerd.io/inject": "enabled" }),
    () => {},
    ["annotate namespace chatwoot linkerd.io/inject-"],
  ],
  ["Linkerd that is off", annotations({ "linkerd.io/inject": "disabled" }), () => {}, []],
  [
    "a mesh without policies",
    labels({ "istio-injection": "enabled" }),
    set({ networkPolicies: { enabled: false } }),
    ["so the mesh must accept connections without mutual TLS"],
  ],
  [
    "Pod Security that the stack lowers",
    enforced,
    () => {},
    [
      "? kubernetes.runAsNonRoot: is false, so this stack lowers Pod Security of the namespace chatwoot from restricted to baseline.",
    ],
  ],
  [
    "Pod Security of a namespace that the stack does not manage",
    enforced,
    set({ createNamespace: false }),
    ["kubernetes.runAsNonRoot: is false, but the namespace chatwoot enforces Pod Security restricted, which rejects"],
  ],
  ["Pod Security that all pods meet", enforced, set({ runAsNonRoot: true, createNamespace: false }), []],
  ["a laxer level", labels({ "pod-security.kubernetes.io/enforce": "baseline" }), () => {}, []],
  ["a quota on counts", quota("pods", "persistentvolumeclaims"), () => {}, []],
  [
    "a quota on CPU limits, which pods do not have",
    quota("limits.cpu"),
    () => {},
    [
      "kubernetes.pods.resources.limits.cpu: is not set, but the ResourceQuota team on limits.cpu rejects pods without it: " +
        "web, worker, preparation, database, backupPlugin, redis, proxy, restoreDrill. Set it, or in kubernetes.pods.overrides for these",
    ],
  ],
  [
    "a quota on requests, which the backup plugin does not have",
    quota("requests.memory", "cpu"),
    () => {},
    [
      "kubernetes.pods.resources.requests.memory: is not set, but the ResourceQuota team on requests.memory rejects pods without it: backupPlugin.",
      "kubernetes.pods.resources.requests.cpu: is not set, but the ResourceQuota team on cpu rejects pods without it: backupPlugin.",
    ],
  ],
  ["a quota that the pods state", quota("limits.cpu", "requests.cpu"), resources({ limits: { cpu: "1" } }), []],
  [
    "a quota with defaults",
    { ...quota("limits.cpu", "limits.memory"), ...range({ default: { cpu: "1", memory: "1Gi" } }) },
    () => {},
    [],
  ],
  [
    "a maximum below the memory",
    range({ max: { memory: "1Gi" } }),
    () => {},
    [
      "kubernetes.pods.resources: exceeds the LimitRange sizes, which allows 1Gi of memory for a container: preparation with 2Gi.",
    ],
  ],
  ["a maximum above it", range({ max: { memory: "2Gi", cpu: "4" } }), () => {}, []],
];
test.each(cases)("%s", async (_what, world, change, expected) => {
  expect(lines(await findingsIn(world, namespaceRules, change))).toEqual(
    expected.map((line) => expect.stringContaining(line)),
  );
});
