import { levels, type Alert } from "../alert.ts";
import { filling, quoted, type Watched } from "./common.ts";

/** Metrics of CloudNativePG's instances (https://cloudnative-pg.io/documentation/current/monitoring/). */
export function databaseAlerts({ namespace, database }: Watched): Alert[] {
  if (database === undefined) return [];
  const pods = `namespace=${quoted(namespace)},pod=~"${database.name}-[0-9]+"`;
  const standbys = database.instances - 1;
  return [
    {
      name: "ChatwootDatabaseDown",
      summary: `No instance of ${database.name} accepts writes`,
      description: `No instance of ${database.name} with metrics is a primary. Chatwoot fails every request and runs no jobs until there is a primary.`,
      levels: [
        {
          severity: "critical",
          expr: `(count(cnpg_pg_replication_in_recovery{${pods}} == 0) or count(cnpg_collector_up{${pods}}) * 0) == 0`,
          for: "2m",
        },
      ],
    },
    ...(standbys > 0 ? standbyAlerts(pods, standbys, database.name) : []),
    {
      name: "ChatwootWalGrowth",
      summary: "{{ $labels.pod }} keeps {{ $value | humanize }} times its WAL limit",
      description:
        "The WAL of {{ $labels.pod }} is {{ $value | humanize }} times max_wal_size. Archiving, a standby or a replication slot holds it back. When its volume is full, the database stops.",
      levels: levels(
        `max by (pod) (cnpg_collector_pg_wal{${pods},value="count"}) / max by (pod) (cnpg_collector_pg_wal{${pods},value="max"})`,
        ">",
        ["warning", 2, "15m"],
      ),
    },
    {
      name: "ChatwootReplicationSlotGrowth",
      summary: "Replication slot {{ $labels.slot_name }} holds {{ $value | humanizePercentage }} of its WAL limit",
      description:
        "The slot {{ $labels.slot_name }} on {{ $labels.pod }} holds {{ $value | humanizePercentage }} of max_slot_wal_keep_size. At 100 % PostgreSQL removes that WAL, and the standby must be recreated.",
      levels: levels(
        `max by (pod, slot_name) (cnpg_pg_replication_slots_pg_wal_lsn_diff{${pods}}) / on (pod) group_left () (max by (pod) (cnpg_pg_settings_setting{${pods},name="max_slot_wal_keep_size"} > 0) * 1048576)`,
        ">",
        ["warning", 0.5, "5m"],
        ["critical", 0.9, "5m"],
      ),
    },
    {
      name: "ChatwootDatabaseConnections",
      summary: "{{ $value | humanizePercentage }} of the connections of {{ $labels.pod }} are in use",
      description:
        "{{ $value | humanizePercentage }} of max_connections of {{ $labels.pod }} are in use. At 100 % Chatwoot's requests and jobs fail with `too many clients`.",
      levels: levels(
        `sum by (pod) (cnpg_backends_total{${pods}}) / max by (pod) (cnpg_pg_settings_setting{${pods},name="max_connections"})`,
        ">",
        ["warning", 0.8, "10m"],
        ["critical", 0.95, "5m"],
      ),
    },
    filling({
      name: "ChatwootDatabaseFilling",
      what: "data volume of {{ $labels.pod }}, by the size of its databases,",
      consequence: "When it is full, the database stops.",
      share: `sum by (pod) (cnpg_pg_database_size_bytes{${pods}}) / ${database.sizeGi * 2 ** 30}`,
    }),
    filling({
      name: "ChatwootWalFilling",
      what: "WAL volume of {{ $labels.pod }}",
      consequence: "When it is full, the database stops.",
      share: `max by (pod) (cnpg_collector_pg_wal{${pods},value="size"}) / max by (pod) (cnpg_collector_pg_wal{${pods},value="volume_size"} > 0)`,
    }),
  ];
}

function standbyAlerts(pods: string, standbys: number, name: string): Alert[] {
  return [
    {
      name: "ChatwootStandbyMissing",
      summary: `{{ $value | humanize }} of ${standbys} standbys follow the primary of ${name}`,
      description: `{{ $value | humanize }} of ${standbys} standbys follow the primary of ${name}. New writes have fewer copies (none at zero), and a failover may be impossible.`,
      levels: levels(`max(cnpg_pg_replication_streaming_replicas{${pods}})`, "<", ["warning", standbys, "10m"]),
    },
    {
      name: "ChatwootReplicationLag",
      summary: "{{ $labels.pod }} is {{ $value | humanizeDuration }} behind the primary",
      description:
        "The standby {{ $labels.pod }} has replayed writes up to {{ $value | humanizeDuration }} ago. A failover to it takes at least that long, and loses the writes that it has not received.",
      levels: levels(
        `max by (pod) (cnpg_pg_replication_lag{${pods}})`,
        ">",
        ["warning", 30, "5m"],
        ["critical", 300, "5m"],
      ),
    },
  ];
}
