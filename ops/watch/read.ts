import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import { parseJson } from "../../lib/json.ts";
import type { Kubectl } from "../lib/kubernetes/kubectl.ts";
import { hideInLogs } from "../logs/hide.ts";
import type { Cause } from "./cause.ts";
import { sortObjects, type ClusterObjects } from "./objects.ts";

const kinds = [
  "pods",
  "events",
  "replicasets.apps",
  "deployments.apps",
  "statefulsets.apps",
  "jobs.batch",
  "persistentvolumeclaims",
].join(",");
const databases = "clusters.postgresql.cnpg.io";
const list = z.object({ items: z.array(z.unknown()) });

/** Reads what the rules need. CloudNativePG apart, because a cluster without it refuses the whole request. */
export async function readObjects(kubectl: Kubectl): Promise<ClusterObjects> {
  const ask = (what: string) => ["get", what, "--output", "json", "--request-timeout", "10s"];
  const [answer, clusters] = await Promise.all([
    kubectl.attempt(ask(kinds), 15),
    kubectl.attempt(ask(databases), 15).catch(() => undefined),
  ]);
  // Without the right to read one kind, kubectl prints the others and fails.
  const own = list.safeParse(parseJson(answer.stdout));
  if (!own.success) throw kubectl.failed(ask(kinds), answer);
  const more = list.safeParse(parseJson(clusters?.stdout));
  return sortObjects([...own.data.items, ...(more.success ? more.data.items : [])]);
}

const longestLine = 200;

/** The last line of a container's log, without secrets; undefined without a log. */
export async function readLastLine(kubectl: Kubectl, log: NonNullable<Cause["log"]>): Promise<string | undefined> {
  const args = ["logs", log.pod, "--container", log.container, "--tail", "20"];
  const answer = await kubectl.attempt([...args, ...(log.previous ? ["--previous"] : [])], 15).catch(() => undefined);
  if (answer?.exitCode !== 0) return undefined;
  const text = hideInLogs(stripVTControlCharacters(answer.stdout));
  const line = text.split("\n").findLast((each) => each.trim() !== "");
  return line?.trim().slice(0, longestLine);
}
