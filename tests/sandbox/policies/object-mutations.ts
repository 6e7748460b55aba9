import { isKind } from "../../../policy/kubernetes.ts";
import type { Props, Resource } from "../../../policy/resource.ts";
import { addItem, onField, setField, type Mutation } from "./operators.ts";

/** The fields of every kind of object but pods that a rule is about. */
export function objectMutations(resource: Resource): Mutation[] {
  const kind = Object.keys(byKind).find((each) => isKind(resource, each));
  return kind === undefined ? [] : byKind[kind]!(resource);
}

const level = "pod-security.kubernetes.io/";
const everyone = [
  { from: [{ namespaceSelector: {} }], ports: [{ port: 1 }] },
  { from: [{ podSelector: {} }], ports: [{ port: 1 }] },
  { from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 1 }] },
  {},
];
const everywhere = [
  { to: [{ namespaceSelector: {} }] },
  { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 1 }] },
  { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] },
  {},
];
const toWeb = { service: { name: "chatwoot", port: { number: 3000 } } };

const byKind: Record<string, (resource: Resource) => Mutation[]> = {
  Namespace: () => [
    ...onField("namespace", "metadata", "labels", [{}]),
    ...["enforce", "warn", "audit"].flatMap((mode) =>
      onField("namespace", "metadata.labels", level + mode, ["privileged", "Baseline", ""]),
    ),
    ...setField("namespace", "metadata.labels", `${level}enforce-version`, ["v1.20"]),
  ],
  NetworkPolicy: ({ props }) => policyMutations(props["spec"] as Props, props["metadata"].name as string),
  Service: ({ name }) => [
    ...setField("services", "spec", "type", ["LoadBalancer", "NodePort", "ExternalName"]),
    ...setField("services", "spec", "externalIPs", [["192.0.2.1"]]),
    ...setField("services", "spec", "loadBalancerIP", ["192.0.2.1"]),
    ...setField("services", "spec.ports[0]", "nodePort", [30_000]),
    ...setField("services", "metadata.annotations", "tailscale.com/expose", ["true"]),
    ...(name === "sso-service"
      ? [...onField("routes", "spec", "selector", [{ role: "web" }, {}, { "app.kubernetes.io/part-of": "chatwoot" }])]
      : []),
  ],
  Ingress: () => [
    ...[
      "nginx.ingress.kubernetes.io/server-snippet",
      "nginx.ingress.kubernetes.io/ssl-redirect",
      "haproxy.org/backend-config-snippet",
      "traefik.ingress.kubernetes.io/router.entrypoints",
    ].flatMap((name) => setField("routes", "metadata.annotations", name, ["false"])),
    ...onField("routes", "spec", "tls", [[]]),
    ...onField("routes", "spec.tls[0]", "hosts", [[], ["other"]]),
    ...onField("routes", "spec.tls[0]", "secretName", [""]),
    ...onField("routes", "spec.rules[0]", "host", ["*.newjoy.ro", "", "other.example"]),
    ...setField("routes", "spec", "defaultBackend", [toWeb]),
    ...setField("routes", "spec.rules[0].http.paths[0]", "backend", [
      toWeb,
      { resource: { kind: "Bucket", name: "a" } },
    ]),
    ...addItem("routes", "spec.rules[0].http", "paths", [{ path: "/api", pathType: "Prefix", backend: toWeb }]),
    ...setField("routes", "spec.rules[0].http.paths[0].backend.service.port", "number", [44_180]),
  ],
  HTTPRoute: () => [
    ...onField("routes", "spec", "hostnames", [[], ["*.newjoy.ro"]]),
    ...setField("routes", "spec.rules[0]", "filters", [
      [{ type: "RequestRedirect", requestRedirect: { scheme: "http" } }],
    ]),
    ...setField("routes", "spec.rules[0].backendRefs[0]", "filters", [
      [{ type: "RequestMirror", requestMirror: { backendRef: { name: "a" } } }],
    ]),
    ...setField("routes", "spec.rules[0].backendRefs[0]", "name", ["chatwoot"]),
    ...setField("routes", "spec.rules[0].backendRefs[0]", "namespace", ["other"]),
    ...setField("routes", "spec.rules[0].backendRefs[0]", "port", [44_180]),
    ...addItem("routes", "spec.rules[0]", "backendRefs", [{ name: "chatwoot", port: 3000 }]),
    ...addItem("routes", "spec", "rules", [{ backendRefs: [{ name: "chatwoot", port: 3000 }] }]),
    ...setField("routes", "spec.parentRefs[0]", "port", [80]),
  ],
  ReferenceGrant: () => [
    ...onField("routes", "spec.to[0]", "name", []),
    ...setField("routes", "spec.to[0]", "kind", ["Service"]),
    ...setField("routes", "spec.from[0]", "kind", ["HTTPRoute"]),
    ...addItem("routes", "spec", "to", [{ group: "", kind: "Secret" }]),
  ],
  Role: ({ props }) =>
    (props["rules"] as Props[]).flatMap((_rule, i) => [
      ...addItem("roles", `rules[${i}]`, "verbs", ["*", "impersonate", "escalate", "bind"]),
      ...addItem("roles", `rules[${i}]`, "resources", ["*", "pods/exec", "roles"]),
      ...addItem("roles", `rules[${i}]`, "apiGroups", ["*", "apps"]),
      ...onField("roles", `rules[${i}]`, "resourceNames", [[]]),
      ...setField("roles", `rules[${i}]`, "nonResourceURLs", [["*"]]),
    ]),
  RoleBinding: () => [
    ...setField("roles", "roleRef", "kind", ["ClusterRole"]),
    ...setField("roles", "roleRef", "name", ["cluster-admin"]),
    ...addItem("roles", "subjects", "0", []),
    ...setField("roles", "", "subjects", [
      [{ kind: "Group", name: "system:authenticated" }],
      [{ kind: "User", name: "a" }],
      [{ kind: "ServiceAccount", name: "default" }],
      [{ kind: "ServiceAccount", name: "chatwoot-restore-drill", namespace: "other" }],
    ]),
  ],
  ServiceAccount: () => onField("tokens", "", "automountServiceAccountToken", [true]),
  PodDisruptionBudget: () => [
    ...onField("disruption", "spec", "maxUnavailable", [0, "0%", "100%", 2, "1"]),
    ...setField("disruption", "spec", "minAvailable", [0, "100%"]),
    ...onField("disruption", "spec", "selector", [{}, { matchLabels: { app: "other" } }]),
  ],
  ObjectStore: () => [
    ...onField("backups", "spec", "retentionPolicy", ["1d", "", "0d"]),
    ...onField("backups", "spec.configuration", "destinationPath", [""]),
    ...setField("backups", "spec.configuration", "endpointURL", ["http://minio:9000"]),
    ...setField("backups", "metadata", "name", ["other"]),
  ],
  ScheduledBackup: () => [
    ...setField("backups", "spec", "suspend", [true]),
    ...onField("backups", "spec", "schedule", ["0 0 3 1 * *", "0 0 3 * * 0", "0 3 * * *"]),
    ...onField("backups", "spec", "method", ["volumeSnapshot"]),
    ...setField("backups", "spec.cluster", "name", ["other"]),
  ],
  Database: () => [
    ...onField("database", "spec", "databaseReclaimPolicy", ["delete"]),
    ...setField("database", "spec", "owner", ["postgres"]),
    ...addItem("database", "spec", "extensions", [{ name: "plpython3u" }]),
    ...setField("database", "spec", "connectionLimit", [5]),
  ],
  ExternalSecret: () => onField("data", "spec.target", "deletionPolicy", ["Delete"]),
  ConfigMap: ({ name }) => [
    ...["SECRET_KEY_BASE", "SMTP_PASSWORD"].flatMap((key) => setField("secrets", "data", key, ["hunter2x"])),
    ...setField("secrets", "data", "NOTE", [
      "redis://:hunter2x@r:6379",
      "-----BEGIN PRIVATE KEY-----\na",
      "password=hunter2x",
    ]),
    ...(name === "environment-settings-copy"
      ? [
          ...setField("settings", "data", "FRONTEND_URL", ["http://chat.newjoy.ro"]),
          ...setField("settings", "data", "PGSSLMODE", ["disable", "prefer"]),
          ...setField("settings", "data", "POSTGRES_USERNAME", ["postgres"]),
          ...setField("settings", "data", "RAILS_MAX_THREADS", ["200"]),
          ...setField("settings", "data", "WEB_CONCURRENCY", ["40"]),
        ]
      : []),
  ],
  Secret: () => setField("secrets", "", "type", ["kubernetes.io/service-account-token"]),
  HorizontalPodAutoscaler: () => setField("scale", "spec", "maxReplicas", [500]),
  ScaledObject: () => [
    ...onField("scale", "spec", "maxReplicaCount", [500]),
    ...setField("secrets", "spec.triggers[0].metadata", "password", ["hunter2x"]),
  ],
};

function policyMutations(spec: Props, name: string): Mutation[] {
  const area = "network policies";
  const sides = [
    ["ingress", "from", everyone],
    ["egress", "to", everywhere],
  ] as const;
  const isDeny = name === "chatwoot-default-deny";
  return [
    ...(isDeny ? onField(area, "spec", "policyTypes", [["Ingress"], ["Egress"], []]) : []),
    ...onField(area, "spec", "podSelector", isDeny ? [{ matchLabels: { app: "a" } }] : [{}]).filter(
      ({ what }) => !isDeny || !what.startsWith("remove"),
    ),
    ...sides.flatMap(([direction, side, open]) => [
      ...addItem(area, "spec", direction, open),
      ...((spec[direction] ?? []) as Props[]).flatMap((rule, i) => {
        const path = `spec.${direction}[${i}]`;
        const peers = (rule[side] ?? []) as Props[];
        const needsPorts = side === "from" || peers.some(({ ipBlock }) => ipBlock !== undefined);
        return [
          ...onField(area, path, side, [[], [{}], [{ namespaceSelector: {} }], [{ podSelector: {} }]]),
          ...(needsPorts
            ? onField(area, path, "ports", [[], [{ protocol: "TCP" }], [{ port: 1, endPort: 65_535 }]])
            : []),
          ...peers.flatMap(({ ipBlock }, j) =>
            (ipBlock as { except?: string[] } | undefined)?.except === undefined
              ? []
              : [
                  ...onField(area, `${path}.${side}[${j}].ipBlock`, "except", [[]]),
                  ...setField(
                    area,
                    `${path}.${side}[${j}].ipBlock`,
                    "except",
                    (ipBlock as { except: string[] }).except.map((gone) =>
                      (ipBlock as { except: string[] }).except.filter((each) => each !== gone),
                    ),
                  ),
                ],
          ),
        ];
      }),
    ]),
  ];
}
