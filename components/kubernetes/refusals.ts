import type { PodKind } from "../../config/schema/kubernetes/pods.ts";
import { objectNames } from "./names.ts";

/** The object that a check refused; of a pod, the workload that creates it. */
export interface RefusedObject {
  kind: string;
  name: string;
}

/** Why the API server refuses an object, and what changes it. */
export interface Refusal {
  /** Two or three words: `quota exceeded`. */
  what: string;
  /** The settings whose values are refused, without `chatwoot:`. Empty if none sets the refused field. */
  settings: readonly string[];
  /** What else helps, as the end of a sentence: `or raise the quota`. */
  otherwise: string;
  /** Words for kubectl that show the check, without context and namespace. */
  command: readonly string[];
}

type Settings = (text: string, object: RefusedObject) => string[];
type Check = [match: RegExp, what: string, otherwise: string, command: readonly string[], settings: Settings];

const policies = [
  "get",
  "validatingadmissionpolicybindings,validatingwebhookconfigurations,mutatingwebhookconfigurations",
];

const checks: readonly Check[] = [
  [/exceeded quota/, "quota exceeded", "raise the quota", ["describe", "resourcequotas"], exceeded],
  [
    /failed quota|must specify/,
    "quota needs limits",
    "give the namespace a LimitRange with defaults",
    ["describe", "resourcequotas"],
    unspecified,
  ],
  [
    /(maximum|minimum) \S+ usage per |limit to request ratio/,
    "LimitRange refuses",
    "change the LimitRange",
    ["describe", "limitranges"],
    outOfRange,
  ],
  [
    /violates PodSecurity/,
    "Pod Security refuses",
    "relax the namespace's level",
    ["get", "namespaces", "--show-labels"],
    namedFields,
  ],
  [/denied (the )?request/, "admission refuses", "change the policy", policies, namedFields],
  [
    /no PriorityClass/,
    "object missing",
    "create it",
    ["get", "priorityclasses"],
    () => ["kubernetes.pods.priorityClassName"],
  ],
];

/** Undefined if it is another error, such as an invalid field or a missing right. */
export function explainRefusal(text: string, object: RefusedObject): Refusal | undefined {
  const check = checks.find(([match]) => match.test(text));
  if (check === undefined) return undefined;
  const [, what, otherwise, command, settings] = check;
  return { what, otherwise, command, settings: [...new Set(settings(text, object))] };
}

/** The settings, and what else helps, as one sentence without a full stop. */
export function remedy({ settings, otherwise }: Refusal): string {
  const change =
    settings.length > 0
      ? `Change ${settings.map((setting) => `\`chatwoot:${setting}\``).join(" or ")}`
      : "No setting changes it: change the object in transforms.ts (docs/transforms.md)";
  return `${change}, or ${otherwise}`;
}

/** `requested: limits.memory=2Gi,pods=1, used: ...` */
function exceeded(text: string, object: RefusedObject): string[] {
  const requested = /requested: ([^ ]*),? /.exec(`${text} `)?.[1] ?? "";
  return requested.split(",").flatMap((each) => settingOfAmount(each.split("=")[0] ?? "", object));
}

/** `must specify limits.cpu for: web; requests.cpu for: web` */
function unspecified(text: string, object: RefusedObject): string[] {
  return [...text.matchAll(/\b(limits|requests)\.[\w-]+/g)].flatMap(([name]) => settingOfAmount(name, object));
}

/** `maximum memory usage per Container is 768Mi, but limit is 2Gi`, or `.  No limit is specified` */
function outOfRange(text: string, object: RefusedObject): string[] {
  const bounds = [...text.matchAll(/imum (\S+) usage per \w+ is [^ ]+?(?:, but|\.\s+No) (limit|request)/g)];
  const ratios = [...text.matchAll(/(\S+) max limit to request ratio/g)];
  return [
    ...bounds.flatMap(([, amount = "", list]) => settingOfAmount(`${list}s.${amount}`, object)),
    ...ratios.flatMap(([, amount = ""]) => settingOfAmount(`limits.${amount}`, object)),
  ];
}

/** The setting of `limits.memory`, `pods` or `requests.storage` for an object. */
function settingOfAmount(name: string, object: RefusedObject): string[] {
  const kind = podKindOf(object.name);
  if (/storage$|^persistentvolumeclaims$/.test(name) && !name.includes("ephemeral")) return sizeOf(object.name);
  if (name === "pods" || name.startsWith("count/")) return kind === undefined ? [] : (counts[kind] ?? []);
  const [, list = "requests", amount] = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/.exec(name) ?? [];
  if (amount === undefined || kind === undefined) return [];
  const own = amount === "memory" ? memories[kind] : undefined;
  return [own ?? `kubernetes.pods.overrides.${kind}.resources.${list}.${amount}`];
}

const memories: Partial<Record<PodKind, string>> = {
  web: "web.memoryMb",
  worker: "worker.memoryMb",
  database: "kubernetes.postgres.memoryMb",
  redis: "kubernetes.redis.memoryMb",
};
const counts: Partial<Record<PodKind, string[]>> = {
  web: ["web.count"],
  worker: ["worker.count"],
  database: ["kubernetes.postgres.instances"],
};
const images: Partial<Record<PodKind, string>> = {
  web: "image",
  worker: "image",
  preparation: "image",
  database: "kubernetes.postgres.image",
  redis: "kubernetes.images.redis",
  redisExporter: "kubernetes.images.redisExporter",
  proxy: "kubernetes.images.proxy",
  pipeline: "kubernetes.images.node",
};

/** In this order: the name of a more special workload begins with that of another. */
const podNames: readonly [prefix: string, kind: PodKind][] = [
  [`${objectNames.release}-web`, "web"],
  [`${objectNames.release}-worker`, "worker"],
  [`${objectNames.release}-prepare`, "preparation"],
  // In Pulumi, where a preview does not know the Job's own name.
  ["preparation", "preparation"],
  [objectNames.redis, "redis"],
  [objectNames.proxy, "proxy"],
  [objectNames.restoreDrill, "restoreDrill"],
  [objectNames.pipeline, "pipeline"],
  [objectNames.database, "database"],
];

const podKindOf = (name: string): PodKind | undefined => podNames.find(([prefix]) => name.startsWith(prefix))?.[1];

function sizeOf(name: string): string[] {
  if (name.startsWith(objectNames.storage)) return ["storage.sizeGi"];
  const kind = podKindOf(name);
  if (kind === "redis") return ["kubernetes.redis.sizeGi"];
  return kind === "database" ? ["kubernetes.postgres.sizeGi", "kubernetes.postgres.walSizeGi"] : [];
}

const placements = ["nodeSelector", "tolerations", "affinity", "priorityClassName", "imagePullSecrets"] as const;

/** A policy's text is its author's: the settings whose fields it names, most telling first. */
function namedFields(text: string, object: RefusedObject): string[] {
  const kind = podKindOf(object.name);
  const rules: [match: RegExp, settings: readonly (string | undefined)[]][] = [
    [
      /run\s?as\s?(non)?-?\s?(root|user)|non-?root|read-?only\s?root|allowPrivilegeEscalation|capabilities|seccomp/i,
      usersOf(kind),
    ],
    ...placements.map((field): [RegExp, string[]] => [
      new RegExp(field.replace(/(ClassName|s)$/, "").replaceAll(/([A-Z])/g, "[ -]?$1"), "i"),
      [`kubernetes.pods.${field}`],
    ]),
    [/storage\s?class/i, [storageClassOf(object.name)]],
    [/ingress\s?class/i, ["kubernetes.ingress.className"]],
    [/\b(image|registry|registries|digest|tag)s?\b/i, [kind && images[kind]]],
    [/replicas/i, (kind && counts[kind]) ?? []],
    [/\blabels?\b/i, [kind && "kubernetes.pods.labels"]],
    [/\bannotations?\b/i, [kind && "kubernetes.pods.annotations"]],
    ...(["limits", "requests"] as const).flatMap((list) =>
      (["cpu", "memory"] as const).map((amount): [RegExp, string[]] => [
        new RegExp(`${list}\\W{0,3}${amount}|${amount} ${list.slice(0, -1)}`, "i"),
        settingOfAmount(`${list}.${amount}`, object),
      ]),
    ),
  ];
  const named = rules.flatMap(([match, settings]) => (match.test(text) ? settings : []));
  if (named.length === 0 && kind !== undefined && /\b(resources|limits|requests)\b/i.test(text))
    return ["kubernetes.pods.resources"];
  return named.filter((each) => each !== undefined);
}

/** Only pods with Chatwoot's image have a choice of user. */
function usersOf(kind: PodKind | undefined): string[] {
  return kind !== undefined && ["web", "worker", "preparation"].includes(kind) ? ["kubernetes.runAsNonRoot"] : [];
}

function storageClassOf(name: string): string | undefined {
  if (name.startsWith(objectNames.storage)) return "storage.storageClass";
  const kind = podKindOf(name);
  return kind === "redis" || kind === "database"
    ? `kubernetes.${kind === "redis" ? "redis" : "postgres"}.storageClass`
    : undefined;
}
