import { missingKeys } from "../credentials/keys.ts";
import type { Answer, Question } from "./api.ts";
import { quote, type Commands } from "./commands.ts";
import type { KubernetesConfig } from "../../../config/schema.ts";

/** What of the stack's settings the preflight looks at. */
export type PreflightSettings = Pick<KubernetesConfig, "storage" | "kubernetes" | "url" | "image" | "uncheckedImage">;

/** Something that a cluster must have, and how to find out. */
export interface Requirement {
  /** The setting that asks for it. */
  key: string;
  questions: readonly Question[];
  /** "What is wrong. What to do", without a final full stop; undefined where nothing is. An answer for each question. */
  judge: (...answers: Answer[]) => string | undefined;
  /** The deployment works without it, so people are told and nothing is refused. Default false. */
  isOptional?: boolean;
}

type Judge = (answer: Answer) => string | undefined;

/** Asked by reading at one path. */
export function reading(key: string, path: string, judge: Judge): Requirement {
  return { key, questions: [{ path }], judge: (...answers) => judge(answers[0] as Answer) };
}

/** Kinds of an operator. The list of kinds is open to everybody who may log in, unlike their definitions. */
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
    const which = served.length === 0 ? of : `${of} as new as this stack needs`;
    return `needs ${which}: the cluster does not serve ${definitions} in ${group}. Install it: \`${install}\``;
  });
}

/** One of the objects at a path, by name; the message lists those that there are. */
export function oneOf(
  key: string,
  { path, name, what, remedy }: { path: string; name: string; what: string; remedy: string },
): Requirement {
  return reading(key, path, ({ status, body }) => {
    // Whoever serves these kinds is a requirement of its own.
    if (status !== 200) return undefined;
    const names = named(body?.items, ({ metadata }) => metadata?.name);
    if (names.includes(name)) return undefined;
    const others = names.length === 0 ? "the cluster has none" : `the cluster has ${names.sort().join(", ")}`;
    return `is ${name}, which is no ${what} there: ${others}. ${remedy}`;
  });
}

/** Somebody else's Secret. Its values are looked at for being there, and go nowhere. */
export function secret(
  key: string,
  { namespace, name, keys, commands }: { namespace: string; name: string; keys: readonly string[]; commands: Commands },
): Requirement {
  const at = `${namespace}/${name}`;
  const files = keys.map((each) => `--from-file=${quote(each)}`);
  return reading(key, `/api/v1/namespaces/${namespace}/secrets/${name}`, ({ status, body }) => {
    if (status === 403)
      return `names the Secret ${at}, which you may not read. Have it allowed: \`${commands.kubectl("auth", "can-i", "get", `secrets/${name}`, "--namespace", namespace)}\``;
    if (status === 404)
      return (
        `names the Secret ${at}, which does not exist. Create it, and before it the namespace where that is missing, ` +
        `from files of these names: \`${commands.kubectl("create", "secret", "generic", name, "--namespace", namespace)} ${files.join(" ")}\``
      );
    const missing = missingKeys(body?.data as Record<string, string> | undefined, keys);
    if (missing.length === 0) return undefined;
    return (
      `names the Secret ${at}, which does not hold ${missing.join(" and ")}. ` +
      `Look at it, and add what is missing: \`${commands.kubectl("describe", "secret", name, "--namespace", namespace)}\``
    );
  });
}

type Item = { name?: string; metadata?: { name?: string } };

function named(items: unknown, name: (item: Item) => string | undefined): string[] {
  return (Array.isArray(items) ? (items as Item[]) : []).flatMap((item) => name(item) ?? []);
}
