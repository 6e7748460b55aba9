import { edgeProblem } from "../../../lib/secret-text.ts";
import { missingKeys } from "../credentials/keys.ts";
import type { Answer, Question } from "./api.ts";
import { quote, type Commands } from "./commands.ts";
import type { ClusterFacts } from "../facts.ts";
import type { KubernetesConfig } from "../../../config/schema.ts";

/** The settings that the preflight reads. */
export type PreflightSettings = Pick<
  KubernetesConfig,
  "storage" | "kubernetes" | "url" | "image" | "uncheckedImage" | "web" | "worker"
>;

/**
 * "problem. Fix", without a final full stop. A warning does not stop the deployment. A verdict about another setting than
 * the requirement's names its key.
 */
export type Verdict = string | undefined | Finding | readonly Finding[];
export interface Finding {
  key?: string;
  message: string;
  isWarning?: boolean;
}

/** A requirement of the cluster, and how to check it. */
export interface Requirement {
  /** The setting that needs it. */
  key: string;
  questions: readonly Question[];
  /** Gets one answer per question. Undefined without a problem. */
  judge: (...answers: Answer[]) => Verdict;
  /** What the program builds on, from the same answers. */
  learn?: (...answers: Answer[]) => ClusterFacts;
  /** The judge gets answers 403 too. Default: what may not be read is not judged. */
  judgesDenied?: boolean;
  /** The deployment works without it, so a problem is only a warning. Default: false. */
  isOptional?: boolean;
}

type Judge = (answer: Answer) => Verdict;

/** A requirement that one read checks. */
export function reading(key: string, path: string, judge: Judge): Requirement {
  return { key, questions: [{ path }], judge: (...answers) => judge(answers[0] as Answer) };
}

/** An operator's kinds. Every logged-in user may list kinds, but not their definitions. */
export function kinds(
  key: string,
  { group, plurals, of, install }: { group: string; plurals: readonly string[]; of: string; install: string },
): Requirement {
  const domain = group.split("/")[0];
  return reading(key, `/apis/${group}`, ({ status, body }) => {
    const served = status === 200 ? named(body?.resources, ({ name }) => name) : [];
    const missing = plurals.filter((plural) => !served.includes(plural));
    if (missing.length === 0) return undefined;
    const definitions = missing.map((plural) => `${plural}.${domain}`).join(" and ");
    const which = served.length === 0 ? of : `a newer version of ${of}`;
    return `needs ${which}: the cluster does not serve ${definitions} in ${group}. Install it: \`${install}\``;
  });
}

/** One of the objects at a path, by name; the message lists the available names. */
export function oneOf(
  key: string,
  { path, name, what, remedy }: { path: string; name: string; what: string; remedy: string },
): Requirement {
  return reading(key, path, ({ status, body }) => {
    // A separate requirement checks that these kinds exist.
    if (status !== 200) return undefined;
    const names = named(body?.items, ({ metadata }) => metadata?.name);
    if (names.includes(name)) return undefined;
    const others = names.length === 0 ? "the cluster has none" : `the cluster has ${names.sort().join(", ")}`;
    return `is ${name}, but the cluster has no ${what} with this name: ${others}. ${remedy}`;
  });
}

/** An existing Secret. Its keys and the ends of its values are checked; its values go nowhere. */
export function secret(
  key: string,
  { namespace, name, keys, commands }: { namespace: string; name: string; keys: readonly string[]; commands: Commands },
): Requirement {
  const at = `${namespace}/${name}`;
  const files = keys.map((each) => `--from-file=${quote(each)}`);
  const held = reading(key, `/api/v1/namespaces/${namespace}/secrets/${name}`, ({ status, body }) => {
    if (status === 403)
      return `names the Secret ${at}, which you may not read. Request this right; check it with \`${commands.kubectl("auth", "can-i", "get", `secrets/${name}`, "--namespace", namespace)}\``;
    if (status === 404)
      return (
        `names the Secret ${at}, which does not exist. Create the namespace if it is missing, then the Secret from files with ` +
        `these names: \`${commands.kubectl("create", "secret", "generic", name, "--namespace", namespace)} ${files.join(" ")}\``
      );
    const data = body?.data as Record<string, string> | undefined;
    const missing = missingKeys(data, keys);
    if (missing.length === 0) return unusableValue(at, data ?? {}, keys);
    return (
      `names the Secret ${at}, which lacks ${missing.join(" and ")}. ` +
      `Add the missing keys; list its keys with \`${commands.kubectl("describe", "secret", name, "--namespace", namespace)}\``
    );
  });
  return { ...held, judgesDenied: true };
}

/** A value as a file or `echo` makes it, with a line break at its end. The message has its key alone. */
function unusableValue(
  at: string,
  data: Readonly<Record<string, string>>,
  keys: readonly string[],
): string | undefined {
  for (const key of keys) {
    const problem = edgeProblem(Buffer.from(data[key] ?? "", "base64").toString());
    if (problem !== undefined) return `names the Secret ${at}, whose ${key} ${problem}`;
  }
  return undefined;
}

type Item = { name?: string; metadata?: { name?: string } };

function named(items: unknown, name: (item: Item) => string | undefined): string[] {
  return (Array.isArray(items) ? (items as Item[]) : []).flatMap((item) => name(item) ?? []);
}

/** The objects of a list; none if the kind or the namespace does not exist. */
export function itemsOf<T>(answer: Answer | undefined): T[] {
  const items = answer?.status === 200 ? (answer.body as { items?: unknown } | undefined)?.items : undefined;
  return Array.isArray(items) ? (items as T[]) : [];
}
