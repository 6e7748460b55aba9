import type { KubernetesConfig } from "../../../config/schema.ts";
import { webPort } from "../../chatwoot/health.ts";
import { deployed } from "../../../config/schema/kubernetes/external.ts";
import type { ClusterFacts } from "../facts.ts";
import { isOwnDatabase } from "../names.ts";
import { redisPort } from "../redis/settings.ts";
import { proxyMetricsPort, proxyPort } from "../sso/flags.ts";
import { destination, namespaceOf, urlDestination, type Destination } from "./destinations.ts";
import { anyAddress, internet, type OwnPods, type Party } from "./parties.ts";
import type { Rule } from "./policies.ts";

export type TrafficSettings = Pick<
  KubernetesConfig,
  "mail" | "storage" | "support" | "webhooks" | "agentBots" | "inboxes"
> & {
  kubernetes: Pick<
    KubernetesConfig["kubernetes"],
    "namespace" | "networkPolicies" | "ingress" | "sso" | "postgres" | "redis" | "monitoring"
  >;
  /** Hosts of an external database, with that of its migrations, and of an external Redis. Default: none. */
  external?: { databases: readonly Server[]; redis: Server | undefined } | undefined;
  /** The database that CronJobs read to check the support pipeline. Default: none. */
  scheduledFacts?: Server | undefined;
  /** What the preflight saw. */
  facts?: ClusterFacts;
};

interface Server {
  host: string;
  port: number;
}

/** Ports of pods, including those of operators. */
const ports = {
  dns: [53],
  proxy: [proxyPort],
  proxyMetrics: [proxyMetricsPort],
  web: [webPort],
  postgres: [5432],
  /** The agents of CloudNativePG's instances, which call each other and are called by the operator. */
  postgresAgent: [8000],
  postgresMetrics: [9187],
  redisMetrics: [9121],
  /** The API server behind its Service listens on 6443 in nearly every cluster; some plugins see the Service's port. */
  apiServer: [443, 6443],
  /** HTTPS, and mail servers of the inboxes: IMAP, and both kinds of SMTP. */
  internet: [443, 993, 465, 587],
  certificateSolver: [8089],
};

const own = (pods: OwnPods): Party => ({ own: pods });
const chatwootPods: readonly OwnPods[] = ["web", "worker", "preparation"];

/** All allowed traffic, with the reason. Everything else is rejected. */
export function allowedTraffic(settings: TrafficSettings): Rule[] {
  const { sso, monitoring } = settings.kubernetes;
  const backup = deployed(settings.kubernetes.postgres)?.backup;
  return [
    ...nameResolution(settings),
    ...fromOutside(settings),
    ...(sso === undefined ? [] : singleSignOn(settings, sso.issuer)),
    ...chatwoot(settings),
    ...(hasDatabasePods(settings) ? database(settings) : []),
    ...(backup === undefined ? [] : backups(settings, backup.endpoint)),
    ...(monitoring === undefined ? [] : metrics(settings)),
    ...pipeline(settings),
  ];
}

function pipeline(settings: TrafficSettings): Rule[] {
  const { kubernetes, scheduledFacts: facts } = settings;
  if (facts === undefined) return [];
  const why = "checks and reports read the facts";
  const cluster = deployed(kubernetes.postgres);
  if (cluster && isOwnDatabase(facts.host, kubernetes.namespace, cluster.name))
    return [{ from: own("pipeline"), to: own("database"), ports: ports.postgres, why }];
  const { party, port } = destination(facts.host, facts.port);
  return [{ from: own("pipeline"), to: party, ports: [port], why }, ...privateNetworks("pipeline", settings)];
}

const usualDns = { namespace: "kube-system", ports: ports.dns };

function nameResolution({ kubernetes: { networkPolicies }, facts }: TrafficSettings): Rule[] {
  const seen = facts?.dns?.length ? facts.dns : [usualDns];
  const protocols = ["UDP", "TCP"] as const;
  const cluster = (networkPolicies.dns ? [networkPolicies.dns] : seen).map(({ namespace, ports: numbers }): Rule => ({
    from: { everyPod: true },
    to: { namespace },
    ports: numbers,
    protocols,
    why: "DNS",
  }));
  const onNode: Rule = {
    from: { everyPod: true },
    to: { networks: [{ cidr: "169.254.20.10/32" }] },
    ports: ports.dns,
    protocols,
    why: "DNS, by the cache that some clusters run on every node",
  };
  return [...cluster, onNode];
}

/** Nodes come and go, so their addresses are not listed: a replaced control plane would cut off the database. */
function apiServerPorts({ kubernetes: { networkPolicies }, facts }: TrafficSettings): number[] {
  return [...new Set([...ports.apiServer, ...(networkPolicies.apiServerPorts ?? facts?.apiServerPorts ?? [])])];
}

function fromOutside({ kubernetes: { networkPolicies, ingress, sso } }: TrafficSettings): Rule[] {
  const networks = networkPolicies.ingressNetworks.map((cidr) => ({ cidr }));
  const sources: Party[] = [
    { namespace: networkPolicies.ingressNamespace },
    ...(networks.length === 0 ? [] : [{ networks }]),
  ];
  const hasHelpCenters = ingress.mode !== "none" && ingress.helpCenterHosts.length > 0;
  const hasSolver = ingress.mode !== "none" && ingress.clusterIssuer !== undefined;
  return sources.flatMap((from): Rule[] => [
    sso === undefined
      ? { from, to: own("web"), ports: ports.web, why: "visitors" }
      : { from, to: own("proxy"), ports: ports.proxy, why: "visitors, through single sign-on" },
    ...(sso !== undefined && hasHelpCenters
      ? [{ from, to: own("web"), ports: ports.web, why: "the front pages of help centers, which need no sign-on" }]
      : []),
    ...(hasSolver
      ? [
          {
            from,
            to: own("certificate-solver"),
            ports: ports.certificateSolver,
            why: "the certificate authority validates over HTTP",
          },
        ]
      : []),
  ]);
}

function singleSignOn(settings: TrafficSettings, issuer: string): Rule[] {
  const { party, port } = urlDestination(issuer);
  return [
    { from: own("proxy"), to: own("web"), ports: ports.web, why: "authorized requests" },
    { from: own("proxy"), to: party, ports: [port], why: "the issuer" },
    {
      from: own("proxy"),
      to: { namespace: settings.kubernetes.networkPolicies.ingressNamespace },
      why: "an issuer behind the same ingress: its public address is routed directly to those pods, on any port",
    },
    ...privateNetworks("proxy", settings),
  ];
}

function chatwoot(settings: TrafficSettings): Rule[] {
  const named = namedDestinations(settings);
  return chatwootPods.flatMap((pods): Rule[] => [
    ...databases(settings).map(({ to, port }) => ({ from: own(pods), to, ports: [port], why: "the database" })),
    ...redis(settings).map(({ to, port }) => ({
      from: own(pods),
      to,
      ports: [port],
      why: "jobs, cache and websockets",
    })),
    { from: own(pods), to: internet, ports: ports.internet, why: "channels, webhooks, mail of the inboxes" },
    ...named.map(({ party, port, why }) => ({ from: own(pods), to: party, ports: [port], why })),
    ...privateNetworks(pods, settings),
  ]);
}

/** The databases of Chatwoot and of its migrations, each once. */
function databases({ kubernetes, external }: TrafficSettings): { to: Party; port: number }[] {
  if (kubernetes.postgres.kind !== "external") return [{ to: own("database"), port: 5432 }];
  const found = (external?.databases ?? []).map(({ host, port }) => {
    const to = namespaceOf(host) === kubernetes.namespace ? own("database") : destination(host, port).party;
    return { to, port };
  });
  return found.filter((each, index) => found.findIndex((other) => peerKey(other) === peerKey(each)) === index);
}

/** Whether the namespace has pods of CloudNativePG: the stack's, or those of another team. */
function hasDatabasePods(settings: TrafficSettings): boolean {
  return databases(settings).some(({ to }) => "own" in to);
}

function redis({ kubernetes, external }: TrafficSettings): { to: Party; port: number }[] {
  if (kubernetes.redis.kind !== "external") return [{ to: own("redis"), port: redisPort }];
  const server = external?.redis;
  return server === undefined ? [] : [{ to: destination(server.host, server.port).party, port: server.port }];
}

/** Configured destinations that the open internet ports do not cover; each once. */
function namedDestinations({ mail, storage, support, webhooks, agentBots, inboxes }: TrafficSettings): Named[] {
  const found: Named[] = [];
  const add = (why: string, { party, port }: Destination): void => {
    const isOpen = party === internet && ports.internet.includes(port);
    const isKnown = found.some((known) => known.port === port && peerKey(known.party) === peerKey(party));
    if (!isOpen && !isKnown) found.push({ why, party, port });
  };
  if (mail.smtp) add("the mail relay", destination(mail.smtp.address, mail.smtp.port));
  if (storage.kind === "s3") add("the attachments bucket", urlDestination(storage.endpoint));
  if (support) add("the account's webhook", urlDestination(support.webhookUrl));
  for (const { url } of webhooks) add("a webhook", urlDestination(url));
  for (const { url } of agentBots) add("a bot", urlDestination(url));
  for (const inbox of inboxes) {
    if (inbox.kind === "api" && inbox.webhookUrl !== undefined)
      add("an inbox's webhook", urlDestination(inbox.webhookUrl));
    if (inbox.kind === "email" && inbox.imap) add("an inbox's mail", destination(inbox.imap.address, inbox.imap.port));
  }
  return found;
}

type Named = Destination & { why: string };
const peerKey = (party: unknown): string => JSON.stringify(party);

function database(settings: TrafficSettings): Rule[] {
  const { networkPolicies } = settings.kubernetes;
  const instances = [...ports.postgres, ...ports.postgresAgent];
  const operator: Party = {
    namespace: networkPolicies.operatorNamespace,
    pods: { "app.kubernetes.io/name": "cloudnative-pg" },
  };
  return [
    {
      from: own("database"),
      to: own("database"),
      ports: instances,
      why: "replication, and agents that call each other",
    },
    { from: operator, to: own("database"), ports: instances, why: "the operator reads the status of the instances" },
    // The Service's address is translated to the address of a node, which is unknown in advance.
    {
      from: own("database"),
      to: anyAddress,
      ports: apiServerPorts(settings),
      why: "agents read their cluster's state",
    },
  ];
}

function backups(settings: TrafficSettings, endpoint: string): Rule[] {
  const { party, port } = urlDestination(endpoint);
  return [
    { from: own("database"), to: party, ports: [port], why: "the backup bucket" },
    ...privateNetworks("database", settings),
    {
      from: own("restore-drill"),
      to: anyAddress,
      ports: apiServerPorts(settings),
      why: "the drill creates and deletes a cluster",
    },
    { from: own("restore-drill"), to: own("database"), ports: ports.postgres, why: "the drill counts rows" },
  ];
}

function metrics(settings: TrafficSettings): Rule[] {
  const { networkPolicies, sso, postgres, redis: server } = settings.kubernetes;
  const from: Party = { namespace: networkPolicies.monitoringNamespace };
  const why = "Prometheus";
  return [
    ...(deployed(postgres) ? [{ from, to: own("database"), ports: ports.postgresMetrics, why }] : []),
    { from, to: own("redis-exporter"), ports: ports.redisMetrics, why },
    ...(sso === undefined ? [] : [{ from, to: own("proxy"), ports: ports.proxyMetrics, why }]),
    ...redis(settings).map(({ to, port }) => ({
      from: own("redis-exporter"),
      to,
      ports: [port],
      why: "metrics of Redis and of the queues",
    })),
    ...(deployed(server) ? [] : privateNetworks("redis-exporter", settings)),
  ];
}

function privateNetworks(pods: OwnPods, { kubernetes: { networkPolicies } }: TrafficSettings): Rule[] {
  const networks = networkPolicies.allowedNetworks.map((cidr) => ({ cidr }));
  if (networks.length === 0) return [];
  return [{ from: own(pods), to: { networks }, why: "networkPolicies.allowedNetworks" }];
}
