import { firing, instance, quiet, type AlertCase } from "./case.ts";

const up = (pod: number) => instance("cnpg_collector_up", pod, ',cluster="chatwoot-db"');
const inRecovery = (pod: number) => instance("cnpg_pg_replication_in_recovery", pod);
const lag = instance("cnpg_pg_replication_lag", 2);
const standbys = instance("cnpg_pg_replication_streaming_replicas", 1);
const wal = (value: string) => instance("cnpg_collector_pg_wal", 1, `,value="${value}"`);
const setting = (name: string) => instance("cnpg_pg_settings_setting", 1, `,name="${name}"`);
const slot = instance("cnpg_pg_replication_slots_pg_wal_lsn_diff", 1, ',slot_name="_cnpg_chatwoot_db_2"');
const backends = (state: string) => instance("cnpg_backends_total", 1, `,state="${state}"`);
const size = (name: string) => instance("cnpg_pg_database_size_bytes", 1, `,datname="${name}"`);
const primary = { pod: "chatwoot-db-1" };
const slotLabels = { ...primary, slot_name: "_cnpg_chatwoot_db_2" };
const gib = (count: number): string => String(count * 2 ** 30);

/** A volume of 20 GiB, as in the tested stack. */
const full = (share: number) => ({ [size("chatwoot")]: `${gib(20 * share)}x60`, [size("postgres")]: "0x60" });
const walFull = (share: number) => ({
  [wal("size")]: `${gib(8 * share)}x60`,
  [wal("volume_size")]: `${gib(8)}x60`,
});

const levelsOf = (of: (share: number) => Record<string, string>, alert: string): AlertCase => ({
  alert,
  situations: [
    firing("62 %", "50m", of(0.62), { severity: "info", labels: primary, shown: "62%" }),
    firing(
      "80 %",
      "50m",
      of(0.8),
      { severity: "info", labels: primary, shown: "80%" },
      { severity: "warning", labels: primary, shown: "80%" },
    ),
    firing(
      "95 %",
      "50m",
      of(0.95),
      { severity: "info", labels: primary, shown: "95%" },
      { severity: "warning", labels: primary, shown: "95%" },
      { severity: "critical", labels: primary, shown: "95%" },
    ),
    firing("95 % for a few minutes", "8m", of(0.95), { severity: "critical", labels: primary, shown: "95%" }),
    quiet("58 %", "50m", of(0.58)),
  ],
});

export const databaseCases: AlertCase[] = [
  {
    alert: "ChatwootDatabaseDown",
    situations: [
      firing("no instance answers", "5m", { [up(1)]: "0x9", [up(2)]: "0x9" }, { severity: "critical" }),
      firing(
        "only the standby",
        "5m",
        { [up(1)]: "0x9", [up(2)]: "1x9", [inRecovery(2)]: "1x9" },
        { severity: "critical" },
      ),
      quiet("a primary and a standby", "5m", {
        [up(1)]: "1x9",
        [up(2)]: "1x9",
        [inRecovery(1)]: "0x9",
        [inRecovery(2)]: "1x9",
      }),
      quiet("a failover of a minute", "4m", {
        [up(1)]: "1 0x9",
        [up(2)]: "1x9",
        [inRecovery(1)]: "0 _x9",
        [inRecovery(2)]: "1 1 1 0x9",
      }),
    ],
  },
  {
    alert: "ChatwootStandbyMissing",
    situations: [
      firing("no standby follows", "15m", { [standbys]: "0x20" }, { severity: "warning", shown: "0" }),
      quiet("a standby follows", "15m", { [standbys]: "1x20" }),
      quiet("it restarts", "9m", { [standbys]: "0x20" }),
    ],
  },
  {
    alert: "ChatwootReplicationLag",
    situations: [
      firing(
        "45 seconds",
        "10m",
        { [lag]: "45x20" },
        { severity: "warning", labels: { pod: "chatwoot-db-2" }, shown: "45s" },
      ),
      firing(
        "ten minutes",
        "10m",
        { [lag]: "600x20" },
        { severity: "warning", labels: { pod: "chatwoot-db-2" }, shown: "10m 0s" },
        { severity: "critical", labels: { pod: "chatwoot-db-2" }, shown: "10m 0s" },
      ),
      quiet("two seconds", "10m", { [lag]: "2x20" }),
      quiet("the restore drill's own cluster", "10m", {
        'cnpg_pg_replication_lag{namespace="chatwoot",pod="chatwoot-db-drill-1"}': "900x20",
      }),
    ],
  },
  {
    alert: "ChatwootWalGrowth",
    situations: [
      firing(
        "three times max_wal_size",
        "20m",
        { [wal("count")]: "192x30", [wal("max")]: "64x30" },
        {
          severity: "warning",
          labels: primary,
          shown: "3",
        },
      ),
      quiet("the normal size", "20m", { [wal("count")]: "64x30", [wal("max")]: "64x30" }),
    ],
  },
  {
    alert: "ChatwootReplicationSlotGrowth",
    situations: [
      firing(
        "60 % of 4 GB",
        "10m",
        { [slot]: `${gib(2.4)}x20`, [setting("max_slot_wal_keep_size")]: "4096x20" },
        { severity: "warning", labels: slotLabels, shown: "60%" },
      ),
      firing(
        "95 % of 4 GB",
        "10m",
        { [slot]: `${gib(3.8)}x20`, [setting("max_slot_wal_keep_size")]: "4096x20" },
        { severity: "warning", labels: slotLabels, shown: "95%" },
        { severity: "critical", labels: slotLabels, shown: "95%" },
      ),
      quiet("a little", "10m", { [slot]: `${gib(0.1)}x20`, [setting("max_slot_wal_keep_size")]: "4096x20" }),
      quiet("no limit", "10m", {
        [slot]: `${gib(3)}x20`,
        [setting("max_slot_wal_keep_size")]: "-1x20",
      }),
    ],
  },
  {
    alert: "ChatwootDatabaseConnections",
    situations: [
      firing(
        "85 of 100",
        "15m",
        { [backends("active")]: "5x20", [backends("idle")]: "80x20", [setting("max_connections")]: "100x20" },
        { severity: "warning", labels: primary, shown: "85%" },
      ),
      firing(
        "98 of 100",
        "15m",
        { [backends("idle")]: "98x20", [setting("max_connections")]: "100x20" },
        { severity: "warning", labels: primary, shown: "98%" },
        { severity: "critical", labels: primary, shown: "98%" },
      ),
      quiet("30 of 100", "15m", { [backends("idle")]: "30x20", [setting("max_connections")]: "100x20" }),
    ],
  },
  levelsOf(full, "ChatwootDatabaseFilling"),
  levelsOf(walFull, "ChatwootWalFilling"),
];
