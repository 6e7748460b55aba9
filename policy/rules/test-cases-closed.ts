import { required } from "../gate-flags.ts";
import type { Resource } from "../resource.ts";
import { object, resource, workload } from "./test-resources.ts";

/** Resources that pass a rule, and resources that violate it with their messages. */
export interface Case {
  passes: Resource[];
  breaks: [resources: Resource[], messages: string[]][];
}

const labels = { enforce: "restricted", warn: "restricted", audit: "restricted" };
const namespace = (given: Record<string, string>): Resource =>
  object("Namespace", "chatwoot", {
    metadata: {
      name: "chatwoot",
      labels: Object.fromEntries(
        Object.entries(given).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value]),
      ),
    },
  });
const fromSecret = (name: string) => ({ name, valueFrom: { secretKeyRef: { name: "gate", key: "a" } } });
const variables = ["CLIENT_ID", "CLIENT_SECRET", "COOKIE_SECRET"].map((name) => fromSecret(`OAUTH2_PROXY_${name}`));
const flags = [
  ...required,
  ...["--oidc-issuer-url=https://id.example.com", "--redirect-url=https://chat.example.com/oauth2/callback"],
  ...["--upstream=http://web:3000/", "--email-domain=*", "--scope=openid email", "--cookie-expire=12h"],
];
const gate = (args: string[], env: object[] = variables): Resource =>
  workload("gate", { container: { image: "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3", args, env } });
const policy = (name: string, spec: object): Resource => object("NetworkPolicy", name, { spec });
const deny = policy("deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const web = { matchLabels: { "app.kubernetes.io/component": "web" } };
const plugin = "barman-cloud.cloudnative-pg.io";
const cluster = (spec: object): Resource => object("Cluster", "db", { spec }, { protect: true });
const archived = { plugins: [{ name: plugin, isWALArchiver: true, parameters: { barmanObjectName: "db" } }] };

/** The cases of the rules that decide by an allow list of whole objects. */
export const closedCases: Readonly<Record<string, Case>> = {
  "known-objects": {
    passes: [workload("a"), resource("random:index/randomPassword:RandomPassword", "a", {})],
    breaks: [
      [
        [resource("kubernetes:traefik.io/v1alpha1:IngressRoute", "a", {}), resource("aws:s3/bucket:Bucket", "b", {})],
        [
          "is a traefik.io/IngressRoute, which no rule reads. Remove it, or review it and add it to kinds.",
          "is a aws:s3/bucket:Bucket, which no rule reads. Remove it, or review it and add it to kinds.",
        ],
      ],
    ],
  },
  "image-digests": { passes: [], breaks: [] },
  "plain-routes": {
    passes: [object("Ingress", "a", { spec: { ingressClassName: "nginx", rules: [{ host: "a.example" }] } })],
    breaks: [
      [
        [
          object("Ingress", "a", {
            metadata: {
              name: "a",
              namespace: "chatwoot",
              annotations: { "nginx.ingress.kubernetes.io/server-snippet": "x" },
            },
            spec: { rules: [{ http: { paths: [{ backend: { resource: {} } }] } }] },
          }),
          object("HTTPRoute", "b", { spec: { hostnames: ["*.example"], rules: [{ filters: [] }] } }),
        ],
        [
          "has the annotation nginx.ingress.kubernetes.io/server-snippet, which was not reviewed. Remove it, or add it to annotations.",
          "answers for every host. Name the host.",
          "has resource in a backend, which was not reviewed. Remove it.",
          "answers for *.example. Name the host.",
          "has filters in a rule, which was not reviewed. Remove it.",
        ],
      ],
    ],
  },
  "gate-settings": {
    passes: [gate(flags), workload("web")],
    breaks: [
      [
        [gate([...flags.slice(1), "--reverse-proxy=true"], [...variables.slice(1), { name: "A", value: "b" }])],
        [
          "has the argument --reverse-proxy=true, which was not reviewed. Remove it.",
          "lacks --provider=oidc. Add it.",
          "has the variable A, which was not reviewed or is not from a Secret. Remove it.",
          "lacks the variable OAUTH2_PROXY_CLIENT_ID. Add it from a Secret.",
        ],
      ],
    ],
  },
  "closed-networks": {
    passes: [
      workload("web"),
      deny,
      policy("web", {
        podSelector: web,
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: web }], ports: [{ port: 1 }] }],
      }),
    ],
    breaks: [
      [
        [
          workload("web"),
          policy("web", {
            podSelector: web,
            ingress: [{}],
            egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 443 }] }],
          }),
        ],
        [
          "its namespace chatwoot has no NetworkPolicy that rejects everything by default. Add chatwoot-default-deny again.",
          "allows ingress for every peer. Name the peers.",
          "allows ingress on every port. Name the ports.",
          "allows egress to 0.0.0.0/0 with private networks. Add them to except.",
        ],
      ],
    ],
  },
  "backups-on": {
    passes: [
      cluster(archived),
      resource("kubernetes:barmancloud.cnpg.io/v1:ObjectStore", "store", {
        metadata: { name: "db", namespace: "chatwoot" },
        spec: { retentionPolicy: "30d", configuration: { destinationPath: "s3://a", wal: {} } },
      }),
      object("ScheduledBackup", "daily", {
        spec: {
          schedule: "0 0 3 * * *",
          method: "plugin",
          pluginConfiguration: { name: plugin },
          cluster: { name: "db" },
        },
      }),
    ],
    breaks: [
      [[cluster({})], ["archives no WAL, so nothing can be restored. Set kubernetes.postgres.backup."]],
      [
        [cluster(archived)],
        ["archives to an ObjectStore that the stack does not have. Add it.", "has no daily ScheduledBackup. Add one."],
      ],
    ],
  },
  "no-superuser": {
    passes: [
      cluster({ enableSuperuserAccess: false }),
      object("ConfigMap", "a", { data: { PGUSER: "chatwoot", PGSSLMODE: "require" } }),
    ],
    breaks: [
      [
        [
          cluster({ enableSuperuserAccess: true, managed: {} }),
          object("ConfigMap", "a", { data: { PGUSER: "postgres", PGSSLMODE: "disable" } }),
        ],
        [
          "gives access to the superuser. Set enableSuperuserAccess: false.",
          "has managed, which changes who may sign in. Remove it.",
          "signs in as postgres by PGUSER. Use Chatwoot's role.",
          "connects with PGSSLMODE disable. Use require or more.",
        ],
      ],
    ],
  },
  "pod-security-labels": {
    passes: [namespace(labels), namespace({ ...labels, enforce: "baseline" })],
    breaks: [
      [
        [namespace({ ...labels, enforce: "privileged", "enforce-version": "v1.19" })],
        [
          "has pod-security.kubernetes.io/enforce: privileged. Set baseline or restricted.",
          "has pod-security.kubernetes.io/enforce-version, an older definition of the level. Remove it.",
        ],
      ],
    ],
  },
};
