import { parseQuantity } from "../quantity.ts";
import { bootstrapOf, instancesOf, type BackupCredentials, type ClusterSpec } from "./cluster-spec.ts";

/** What the real operator's webhook refuses although the CRD allows it. */
export function clusterRefusals(
  spec: ClusterSpec,
  present: { readonly storage?: string; readonly walStorage?: string } = {},
): string[] {
  const refusals: string[] = [];
  const instances = instancesOf(spec);
  const sync = spec.postgresql?.synchronous?.number;
  if (sync !== undefined && sync >= instances) {
    refusals.push(
      `spec.postgresql.synchronous.number: ${sync} must be less than the number of instances (${instances})`,
    );
  }
  if (spec.maxSyncReplicas !== undefined && spec.maxSyncReplicas >= instances) {
    refusals.push(
      `spec.maxSyncReplicas: ${spec.maxSyncReplicas} must be less than the number of instances (${instances})`,
    );
  }
  for (const name of ["storage", "walStorage"] as const) {
    const size = spec[name]?.size;
    const before = present[name];
    if (name === "storage" && size === undefined) refusals.push("spec.storage.size: size not configured");
    if (size === undefined) continue;
    const bytes = parseQuantity(size);
    if (bytes === undefined) refusals.push(`spec.${name}.size: ${size} is not a valid quantity`);
    else if (before !== undefined && bytes < (parseQuantity(before) ?? 0)) {
      refusals.push(`spec.${name}.size: can't shrink existing storage from ${before} to ${size}`);
    }
  }
  if (spec.bootstrap?.initdb && spec.bootstrap.recovery) {
    refusals.push("spec.bootstrap: only one of initdb and recovery can be given");
  }
  const { source } = bootstrapOf(spec);
  if (source !== undefined && !spec.externalClusters?.some(({ name }) => name === source)) {
    refusals.push(`spec.bootstrap.recovery.source: external cluster ${source} not found`);
  }
  return refusals;
}

/** Credentials of two clouds are ambiguous. */
export function credentialRefusals(configuration: BackupCredentials): string[] {
  const kinds = (["s3Credentials", "azureCredentials", "googleCredentials"] as const).filter(
    (kind) => configuration[kind],
  );
  return kinds.length > 1 ? [`configuration: only one of ${kinds.join(", ")} can be given`] : [];
}

const macros = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/;

/** The problem of a ScheduledBackup's schedule, which needs six fields, seconds first. */
export function scheduleRefusal(schedule: string): string | undefined {
  if (macros.test(schedule)) return undefined;
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 6) return `spec.schedule: expected exactly 6 fields, found ${fields.length}: [${schedule}]`;
  const bad = fields.find((field) => !/^[\w*/,?-]+$/.test(field));
  return bad === undefined ? undefined : `spec.schedule: ${bad} is not a valid field`;
}
