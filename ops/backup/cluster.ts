import { z } from "zod";
import { objectNames } from "../../components/kubernetes/names.ts";
import { StepProblem } from "../../lib/problem.ts";
import type { Kubectl } from "../lib/kubernetes/kubectl.ts";
import type { StackResource } from "../lib/stack/deployment.ts";
import { formatAge } from "./freshness.ts";

const condition = z.object({ type: z.string(), status: z.string(), message: z.string().default("") });
const list = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });
const metadata = z.object({ name: z.string(), creationTimestamp: z.string().default("") });

const clusters = list(
  z.object({
    metadata,
    status: z.object({ phase: z.string().default(""), conditions: z.array(condition).default([]) }).prefault({}),
  }),
);
const backups = list(
  z.object({
    metadata,
    spec: z.object({ cluster: z.object({ name: z.string() }) }),
    status: z
      .object({ phase: z.string().default(""), stoppedAt: z.string().optional(), error: z.string().default("") })
      .prefault({}),
  }),
);
const drills = list(
  z.object({ metadata, status: z.object({ lastSuccessfulTime: z.string().optional() }).prefault({}) }),
);

export interface ClusterBackups {
  cluster: string;
  /** Whether WAL arrives in the bucket; undefined before the first file. */
  archiving: { isWorking: boolean; message: string } | undefined;
  /** Newest first. */
  bases: { name: string; phase: string; at: string; error: string }[];
  /** Undefined if the stack has no restore drill. */
  drill: { lastSuccess: string | undefined } | undefined;
}

export interface Judged {
  fine: boolean;
  /** Without full stops. */
  lines: string[];
}

/** A base backup is daily and a drill weekly by default; each may be missed once. */
const oldestBaseMs = 2 * 24 * 60 * 60 * 1000;
const oldestDrillMs = 2 * 7 * 24 * 60 * 60 * 1000;

export function judgeClusterBackups({ archiving, bases, drill }: ClusterBackups, now: Date): Judged {
  const ageOf = (at: string): number => now.getTime() - Date.parse(at);
  const newest = bases.find(({ phase }) => phase === "completed");
  const failed = bases[0]?.phase === "failed" ? bases[0] : undefined;
  const base =
    newest === undefined
      ? { fine: false, text: "no base backup is complete" }
      : {
          fine: ageOf(newest.at) <= oldestBaseMs,
          text: `the newest base backup is ${formatAge(ageOf(newest.at))} old`,
        };
  const wal =
    archiving === undefined
      ? { fine: false, text: "no WAL has been archived yet" }
      : {
          fine: archiving.isWorking,
          text: archiving.isWorking ? "WAL is archived" : `WAL is not archived: ${archiving.message}`,
        };
  const last = drill?.lastSuccess;
  const drilled =
    drill === undefined
      ? { fine: true, text: "no restore drill is configured" }
      : last === undefined
        ? { fine: true, text: "no restore drill has succeeded yet" }
        : {
            fine: ageOf(last) <= oldestDrillMs,
            text: `the last successful restore drill was ${formatAge(ageOf(last))} ago`,
          };
  const parts = [base, wal, drilled];
  const error = failed === undefined ? [] : [`the latest base backup, ${failed.name}, failed: ${failed.error}`];
  return {
    fine: parts.every(({ fine }) => fine) && failed === undefined,
    lines: [...parts.map(({ text }) => text), ...error],
  };
}

/** Name of the stack's own database cluster. */
export function databaseClusterOf(stack: string, resources: readonly StackResource[]): string {
  const found = resources.find(({ type }) => type === "kubernetes:postgresql.cnpg.io/v1:Cluster");
  const name = (found?.inputs?.["metadata"] as { name?: unknown } | undefined)?.name;
  if (typeof name === "string") return name;
  throw new StepProblem(
    `stack ${stack}`,
    "deploys no database, so it makes no backups",
    "Check the backups of the database's provider",
  );
}

export async function readClusterBackups(kubectl: Kubectl, cluster: string): Promise<ClusterBackups> {
  const own = await kubectl.json(["get", "clusters.postgresql.cnpg.io"], clusters);
  const made = await kubectl.json(["get", "backups.postgresql.cnpg.io"], backups);
  const scheduled = await kubectl.json(["get", "cronjobs.batch"], drills);
  const conditions = own.items.find((each) => each.metadata.name === cluster)?.status.conditions ?? [];
  const archiving = conditions.find(({ type }) => type === "ContinuousArchiving");
  const drill = scheduled.items.find((each) => each.metadata.name === objectNames.restoreDrill);
  return {
    cluster,
    archiving: archiving && { isWorking: archiving.status === "True", message: archiving.message },
    bases: made.items
      .filter(({ spec }) => spec.cluster.name === cluster)
      .map(({ metadata: { name, creationTimestamp }, status: { phase, stoppedAt, error } }) => ({
        name,
        phase: phase || "pending",
        at: stoppedAt ?? creationTimestamp,
        error,
      }))
      .sort((a, b) => b.at.localeCompare(a.at)),
    drill: drill && { lastSuccess: drill.status.lastSuccessfulTime },
  };
}

export function formatClusterBackups({ cluster, bases }: ClusterBackups, { lines }: Judged): string {
  const rows = bases.map(({ name, phase, at }) => `${at.slice(0, 16).replace("T", " ")}  ${phase.padEnd(10)}  ${name}`);
  const count = bases.length === 1 ? "1 base backup" : `${bases.length} base backups`;
  return [
    `${count} of ${cluster}, by CloudNativePG`,
    ...rows,
    ...lines.map((line) => `${line[0]?.toUpperCase()}${line.slice(1)}.`),
  ].join("\n");
}
