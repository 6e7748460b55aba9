import type { StandIn } from "../stand-in.ts";
import { healthy } from "./cluster.ts";
import { ownedBy } from "./objects.ts";
import { scheduleRefusal } from "./refusals.ts";

const seconds = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");

/** Validates schedules and creates immediate backups. Scheduled ones are not created. */
export const scheduledBackups: StandIn = {
  name: "cnpg-scheduled-backup",
  kind: "ScheduledBackup",
  wakes: ["Cluster"],
  async reconcile(scheduled, context) {
    const { metadata, spec, status } = scheduled;
    if (metadata.deletionTimestamp) return undefined;
    const refusal = scheduleRefusal(spec.schedule as string);
    if (refusal !== undefined) {
      await context.event(scheduled, "Warning", "InvalidSchedule", refusal);
      return undefined;
    }
    const cluster = context.world.get("Cluster", metadata.namespace, spec.cluster.name as string);
    if (cluster?.status?.phase !== healthy) return { waiting: true };
    if (status?.lastCheckTime) return undefined;
    if (spec.immediate) {
      const { cluster: name, method, pluginConfiguration, target, online } = spec;
      const owner =
        spec.backupOwnerReference === "self"
          ? scheduled
          : spec.backupOwnerReference === "cluster"
            ? cluster
            : undefined;
      await context.create("Backup", {
        metadata: {
          name: `${metadata.name}-first`,
          namespace: metadata.namespace!,
          labels: {
            "cnpg.io/cluster": name.name,
            "cnpg.io/immediateBackup": "true",
            "cnpg.io/scheduled-backup": metadata.name,
          },
          ...(owner ? { ownerReferences: ownedBy(owner) } : {}),
        },
        spec: { cluster: name, method, pluginConfiguration, target, online },
      });
    }
    const now = seconds();
    await context.patch(
      "ScheduledBackup",
      scheduled,
      { status: { lastCheckTime: now, ...(spec.immediate ? { lastScheduleTime: now } : {}) } },
      "status",
    );
    return undefined;
  },
};

/** Completes backups of ready clusters; fails those with a plugin that their cluster does not use. */
export const backups: StandIn = {
  name: "cnpg-backup",
  kind: "Backup",
  wakes: ["Cluster"],
  async reconcile(backup, context) {
    const { metadata, spec, status } = backup;
    if (metadata.deletionTimestamp || status?.phase === "completed" || status?.phase === "failed") return undefined;
    const cluster = context.world.get("Cluster", metadata.namespace, spec.cluster.name as string);
    if (cluster?.status?.phase !== healthy) return { waiting: true };
    const plugin = spec.pluginConfiguration?.name as string | undefined;
    const plugins = (cluster.spec.plugins ?? []) as { name: string; enabled?: boolean }[];
    const known =
      spec.method === "plugin"
        ? plugins.some(({ name, enabled }) => name === plugin && enabled !== false)
        : cluster.spec.backup !== undefined;
    const now = seconds();
    const result = known
      ? {
          phase: "completed",
          method: spec.method,
          startedAt: now,
          stoppedAt: now,
          backupName: metadata.name,
          instanceID: { podName: cluster.status.currentPrimary },
        }
      : {
          phase: "failed",
          method: spec.method,
          error: `the cluster has nothing to back up with: ${plugin ?? spec.method}`,
        };
    await context.patch("Backup", backup, { status: result }, "status");
    return undefined;
  },
};
