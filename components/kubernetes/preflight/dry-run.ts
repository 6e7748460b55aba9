import * as pulumi from "@pulumi/pulumi";
import pLimit from "p-limit";
import type { Problem } from "../../../config/problems.ts";
import { quantityNumber } from "../../../lib/quantity.ts";
import { explainRefusal, remedy, type Refusal, type RefusedObject } from "../refusals.ts";
import { memoized, type Answer, type Ask } from "./api.ts";
import type { Commands } from "./commands.ts";
import { known, placeholder, podOf, type PlainObject } from "./dry-run-objects.ts";

/** Requests at a time: each is admitted as a real one. */
const parallel = 6;

interface Place {
  namespace: string;
  /** Whether the stack sets the namespace's Pod Security level, so that today's may be another. */
  setsPodSecurity: boolean;
  commands: Commands;
}

export interface DryRuns {
  problems: Problem[];
  /** What could not be asked. */
  warnings: Problem[];
}

/**
 * Asks the API server, by dry runs, about what the provider's own dry run of an object leaves out: the pods that controllers
 * will create, and objects with values that a preview does not know. Call it after all other transforms: it sees each
 * resource as it will be. The result is for the end of the program.
 */
export function startDryRuns(ask: Ask, place: Place): () => Promise<DryRuns> {
  const askOnce = memoized(ask);
  const limit = pLimit(parallel);
  const asked: Promise<Outcome>[] = [];
  const send = (object: PlainObject, about: RefusedObject, isPod = false): void => {
    asked.push(limit(async () => ({ about, isPod, answer: await create(askOnce, place.namespace, object) })));
  };
  pulumi.runtime.registerResourceTransform(async ({ custom, type, name, props }) => {
    if (!custom || !type.startsWith("kubernetes:")) return undefined;
    const { value, isComplete } = await known(props);
    const object = inNamespace(value as PlainObject, place.namespace);
    if (object === undefined) return undefined;
    const ownName = object.metadata?.name;
    const about = { kind: object.kind, name: ownName === undefined || ownName === placeholder ? name : ownName };
    const pod = podOf(object);
    if (pod) send(pod, about, true);
    if (!isComplete) send(object, about);
    return undefined;
  });
  return async () => judgeDryRuns(await Promise.all(asked), place);
}

/** A chart's objects may leave the namespace out. Undefined for an object of another namespace. */
function inNamespace(object: PlainObject, namespace: string): PlainObject | undefined {
  const { metadata = {} } = object;
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) return undefined;
  return { ...object, metadata: { ...metadata, namespace } };
}

interface Outcome {
  about: RefusedObject;
  isPod: boolean;
  /** Undefined of a kind without namespaces, and of one that the cluster does not serve. */
  answer: Answer | undefined;
}

interface Served {
  name: string;
  kind: string;
  namespaced: boolean;
}

async function create(ask: Ask, namespace: string, object: PlainObject): Promise<Answer | undefined> {
  const { apiVersion, kind } = object;
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  try {
    const served = (await ask({ path: base })).body?.resources as Served[] | undefined;
    const found = served?.find((each) => each.kind === kind && each.namespaced && !each.name.includes("/"));
    if (found === undefined) return undefined;
    return await ask({ path: `${base}/namespaces/${namespace}/${found.name}?dryRun=All`, body: object });
  } catch (error) {
    return { status: 0, body: { message: (error as Error).message } };
  }
}

export function judgeDryRuns(outcomes: readonly Outcome[], place: Place): DryRuns {
  const refused = new Map<string, { refusal: Refusal; text: string; objects: string[] }>();
  const denied = new Set<string>();
  const unanswered = new Set<string>();
  for (const { about, isPod, answer } of outcomes) {
    if (answer === undefined) continue;
    const message = String(answer.body?.message ?? "");
    const [, right] = /cannot create resource "([^"]+)"/.exec(message) ?? [];
    if (right !== undefined) denied.add(right);
    else if (answer.status === 0 || answer.status === 429 || answer.status >= 500) unanswered.add(about.kind);
    const text = message.replace(/^.*? is forbidden: /s, "").trim();
    const refusal = right === undefined ? explainRefusal(text, about) : undefined;
    if (refusal === undefined || isPassing(text, place)) continue;
    const key = [text, ...refusal.settings].join(" ");
    const group = refused.get(key) ?? { refusal, text, objects: [] };
    refused.set(key, group);
    group.objects.push(`${isPod ? "pods of " : ""}${about.kind} ${about.name}`);
  }
  return {
    problems: [...refused.values()].map((group) => problemOf(group, place)),
    warnings: warningsOf([...denied], [...unanswered], place),
  };
}

function problemOf(
  { refusal, text, objects }: { refusal: Refusal; text: string; objects: string[] },
  { namespace, commands }: Place,
): Problem {
  const [key = "kubernetes.namespace"] = refusal.settings;
  const command = commands.kubectl(...refusal.command, "--namespace", namespace);
  const what = objects.sort().join(", ");
  return {
    key,
    message: `the API server would refuse ${what}: ${text}. ${remedy(refusal)}. See it with \`${command}\``,
  };
}

function warningsOf(
  denied: readonly string[],
  unanswered: readonly string[],
  { namespace, commands }: Place,
): Problem[] {
  const key = "kubernetes.namespace";
  const without = "so the checks of the cluster (admission policies, quotas) did not see them";
  const more = commands.kubectl("auth", "can-i", "--list", "--namespace", namespace);
  return [
    ...(denied.length > 0
      ? [
          {
            key,
            message: `you may not create ${denied.join(", ")} in ${namespace}, ${without}. Request this right; list yours with \`${more}\``,
          },
        ]
      : []),
    ...(unanswered.length > 0
      ? [
          {
            key,
            message: `the API server did not answer to a dry run of ${unanswered.join(", ")}, ${without}. Run the same command again`,
          },
        ]
      : []),
  ];
}

/** A quota that running pods fill may have room when they stop; Pod Security is what the stack makes it. */
function isPassing(text: string, { setsPodSecurity }: Place): boolean {
  if (/violates PodSecurity/.test(text)) return setsPodSecurity;
  const [, requested, limited] = /exceeded quota: .*requested: (\S+), used: .*limited: (\S+)/.exec(text) ?? [];
  if (requested === undefined || limited === undefined) return false;
  const amounts = (list: string) => new Map(list.split(",").map((each) => each.split("=") as [string, string]));
  const most = amounts(limited);
  return [...amounts(requested)].every(
    ([name, amount]) => (quantityNumber(amount) ?? 0) <= (quantityNumber(most.get(name) ?? "") ?? Infinity),
  );
}
