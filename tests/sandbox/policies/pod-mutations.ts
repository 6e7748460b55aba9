import { isDatabase, isKind, longRunning, podsOf } from "../../../policy/kubernetes.ts";
import type { Props, Resource } from "../../../policy/resource.ts";
import { addItem, at, moveField, onField, setField, type Mutation } from "./operators.ts";

const sidecar = { name: "side", image: "docker.io/library/busybox:1.37.0" };
const token = { name: "t", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } };
const secretName = /PASSWORD|SECRET|TOKEN/;

/** Every field of a pod and of its containers that a rule is about. */
export function podMutations(resource: Resource): Mutation[] {
  return podsOf(resource).flatMap(({ path, spec, labels }) => {
    const context = `${path}.securityContext`;
    const mayBeRoot = ["web", "worker", "preparation"].includes(labels["app.kubernetes.io/component"] as string);
    const isServed = ["web", "proxy", "redis"].includes(labels["app.kubernetes.io/component"] as string);
    const isRoot = mayBeRoot && spec["securityContext"]?.["runAsNonRoot"] !== true;
    const containers = ["containers", "initContainers"].flatMap((list) =>
      ((spec[list] ?? []) as Props[]).map((container, i) => ({ list, container, at: `${path}.${list}[${i}]` })),
    );
    return [
      ...["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"].flatMap((key) =>
        setField("node", path, key, [true]),
      ),
      ...addItem("volumes", path, "volumes", [
        { name: "h", hostPath: { path: "/" } },
        { name: "c", csi: { driver: "d" } },
        { name: "n", nfs: { server: "s", path: "/" } },
        { name: "i", image: { reference: "a/b:latest" } },
        token,
      ]),
      ...onField(
        "tokens",
        path,
        "automountServiceAccountToken",
        spec["automountServiceAccountToken"] === true ? [] : [true],
      ).filter(
        // Without it, the drill's account decides, which gives none.
        ({ what }) => spec["automountServiceAccountToken"] !== true || what.startsWith("rename"),
      ),
      ...addItem("containers", path, "containers", [sidecar]),
      ...addItem("containers", path, "initContainers", [sidecar]),
      ...onField("security context", path, "securityContext", [
        {},
        { ...(spec["securityContext"] as object), seccompProfile: { type: "Unconfined" } },
      ]),
      ...onField("security context", context, "seccompProfile", [{ type: "Unconfined" }, {}]),
      ...setField("security context", context, "sysctls", [[{ name: "kernel.msgmax", value: "1" }]]),
      ...setField("security context", context, "windowsOptions", [{ hostProcess: true }]),
      ...(isRoot
        ? []
        : [
            ...onField("security context", context, "runAsNonRoot", [false]),
            ...setField("security context", context, "runAsUser", [0]),
          ]),
      ...containers.flatMap((each) => containerMutations(each.at, each.container, isRoot)),
      ...(isKind(resource, ...longRunning) ? servingMutations(path, spec, isServed) : []),
    ];
  });
}

function containerMutations(path: string, container: Props, isRoot: boolean): Mutation[] {
  const context = `${path}.securityContext`;
  const env = (container["env"] ?? []) as Props[];
  return [
    ...onField("security context", path, "securityContext", [{}]),
    ...onField("security context", context, "allowPrivilegeEscalation", [true]),
    ...onField("security context", context, "capabilities", [{}, { drop: ["NET_RAW"] }, { add: ["ALL"] }]),
    ...addItem("security context", `${context}.capabilities`, "add", ["SYS_ADMIN", "NET_RAW"]),
    ...setField("security context", context, "privileged", [true]),
    ...setField("security context", context, "procMount", ["Unmasked"]),
    ...setField("security context", context, "seccompProfile", [{ type: "Unconfined" }]),
    ...setField("security context", context, "appArmorProfile", [{ type: "Unconfined" }]),
    ...(isRoot
      ? []
      : [
          ...onField("security context", context, "readOnlyRootFilesystem", [false]),
          ...setField("security context", context, "runAsNonRoot", [false]),
        ]),
    moveField("security context", path, "securityContext", path.replace(/\.\w+\[\d+\]$/, "")),
    ...onField("images", path, "image", [
      "chatwoot/chatwoot",
      "chatwoot/chatwoot:latest",
      "chatwoot/chatwoot:v4",
      "chatwoot/chatwoot:develop",
      "a@sha256:0",
    ]),
    ...addItem("node", path, "ports", [{ containerPort: 1, hostPort: 1 }]),
    ...setField("volumes", path, "volumeDevices", [[{ name: "a", devicePath: "/dev/a" }]]),
    ...onField("resources", path, "resources", [{}]),
    ...onField("resources", `${path}.resources`, "requests", [{}, { cpu: "0", memory: "0" }]),
    ...onField("resources", `${path}.resources`, "limits", [{}, { memory: "0Mi" }]),
    ...env.flatMap(({ name }, i) =>
      secretName.test(String(name))
        ? setField("secrets", `${path}`, "env", [
            env.map((each, j) => (i === j ? { name: String(name), value: "hunter2x" } : each)),
          ])
        : [],
    ),
    ...addItem("secrets", path, "env", [
      { name: "SMTP_PASSWORD", value: "hunter2x" },
      { name: "CACHE", value: "redis://:hunter2x@r:6379" },
    ]),
    ...addItem("secrets", path, "args", ["--password=hunter2x"]),
  ];
}

/** Of workloads that run for long. */
function servingMutations(path: string, spec: Props, isServed: boolean): Mutation[] {
  const containers = (spec["containers"] as Props[]).flatMap(({ livenessProbe, readinessProbe, ports }, i) => {
    const own = `${path}.containers[${i}]`;
    const weaker = [{ exec: { command: ["true"] } }, {}, { tcpSocket: { port: 1, host: "example.com" } }];
    const probes = [
      ...(livenessProbe === undefined ? [] : ["livenessProbe"]),
      ...(readinessProbe === undefined || ports === undefined || !isServed ? [] : ["readinessProbe"]),
    ];
    return probes.flatMap((probe) => [
      ...onField("probes", own, probe, weaker),
      ...setField("probes", `${own}.${probe}`, "periodSeconds", [86_400]),
      ...setField("probes", `${own}.${probe}`, "failureThreshold", [100_000]),
    ]);
  });
  const spread =
    spec["topologySpreadConstraints"] === undefined
      ? []
      : [
          ...onField("spreading", path, "topologySpreadConstraints", [[]]),
          ...onField("spreading", `${path}.topologySpreadConstraints[0]`, "topologyKey", ["kubernetes.io/os"]),
          ...onField("spreading", `${path}.topologySpreadConstraints[0]`, "labelSelector", [
            { matchLabels: { app: "other" } },
          ]),
          ...setField("spreading", `${path}.topologySpreadConstraints[0]`, "maxSkew", [10]),
          ...setField("spreading", path, "nodeName", ["node-1"]),
        ];
  return [...containers, ...spread];
}

/** The flags and variables of the gate: each one removed, misspelt, inverted; and others added. */
export function gateMutations(resource: Resource): Mutation[] {
  if (resource.name !== "sso-proxy") return [];
  const area = "gate";
  const path = `${podsOf(resource)[0]!.path}.containers[0]`;
  const args = at(resource, path)["args"] as string[];
  // Presentation, limits of time, what only logs, and lists that a stack may leave out.
  const isFree = (flag: string): boolean =>
    /^--(provider-display-name|approval-prompt|metrics-address|upstream-timeout|skip-provider-button|footer|custom-templates-dir|standard-logging-format|logging-local-time|cookie-csrf-(expire|per-request-limit)|whitelist-domain|api-route|skip-auth-route|allowed-group)=/.test(
      flag,
    );
  const replaced = (i: number, flag?: string) =>
    args.flatMap((each, j) => (i === j ? (flag === undefined ? [] : [flag]) : [each]));
  return [
    ...args.flatMap((flag, i) => [
      ...(isFree(flag) ? [] : setField(area, path, "args", [replaced(i)])),
      ...setField(area, path, "args", [replaced(i, flag.replace(/^--/, "--x-")), replaced(i, flag.replace("--", "-"))]),
      ...(flag.endsWith("=true") ? setField(area, path, "args", [replaced(i, flag.replace(/true$/, "false"))]) : []),
      ...(flag.endsWith("=false") ? setField(area, path, "args", [replaced(i, flag.replace(/false$/, "true"))]) : []),
      ...(flag.includes("https://")
        ? setField(area, path, "args", [replaced(i, flag.replace("https://", "http://"))])
        : []),
      ...(flag.startsWith("--skip-auth-route=")
        ? setField(area, path, "args", [replaced(i, flag.replace(/\^.*/, "^/"))])
        : []),
    ]),
    ...addItem(area, path, "args", [
      "--reverse-proxy=true",
      "--skip-auth-regex=^/app",
      "--skip-auth-route=^/app",
      "--trusted-ip=0.0.0.0/0",
      "--config=/a",
      "--alpha-config=/a",
      "--upstream=http://other:80/",
      "--skip-jwt-bearer-tokens=true",
      "--ssl-insecure-skip-verify=true",
      "--cookie-domain=.a",
      "--htpasswd-file=/a",
      "--insecure-oidc-skip-issuer-verification=true",
    ]),
    ...addItem(area, path, "env", [
      { name: "OAUTH2_PROXY_REVERSE_PROXY", value: "true" },
      { name: "OAUTH2_PROXY_SKIP_AUTH_ROUTES", value: "^/" },
    ]),
    ...addItem(area, path, "envFrom", [{ configMapRef: { name: "a" } }, { secretRef: { name: "a" } }]),
    ...setField(area, path, "command", [["/bin/oauth2-proxy", "--reverse-proxy"]]),
    ...addItem(area, path, "volumeMounts", [{ name: "pages", mountPath: "/etc" }]),
  ];
}

/** The fields of CloudNativePG's cluster. */
export function databaseMutations(resource: Resource): Mutation[] {
  if (!isDatabase(resource)) return [];
  const area = "database";
  const sql = "spec.bootstrap.initdb";
  return [
    ...setField(area, "spec", "enableSuperuserAccess", [true, "true"]),
    ...setField(area, "spec", "superuserSecret", [{ name: "a" }]),
    ...setField(area, "spec", "managed", [
      { roles: [{ name: "a", superuser: true }] },
      {
        services: {
          additional: [
            { selectorType: "rw", serviceTemplate: { metadata: { name: "a" }, spec: { type: "LoadBalancer" } } },
          ],
        },
      },
    ]),
    ...setField(area, "spec", "projectedVolumeTemplate", [{ sources: [{ serviceAccountToken: { path: "t" } }] }]),
    ...setField(area, "spec", "enablePDB", [false]),
    ...setField(area, "spec", "seccompProfile", [{ type: "Unconfined" }]),
    ...onField(area, "spec", "imageName", ["postgresql", "postgresql:latest", "postgresql:17"]),
    ...onField(area, "spec", "resources", [{}]),
    ...onField(area, "spec", "plugins", [[]]),
    ...onField(area, "spec.plugins[0]", "isWALArchiver", [false]),
    ...setField(area, "spec.plugins[0]", "enabled", [false]),
    ...onField(area, "spec.plugins[0].parameters", "barmanObjectName", ["other"]),
    ...setField(area, "spec.affinity", "enablePodAntiAffinity", [false]),
    ...setField(area, "spec.affinity", "topologyKey", ["kubernetes.io/os"]),
    ...setField(area, "spec.postgresql", "pg_hba", [["host all all all trust"]]),
    ...setField(area, "spec.postgresql", "enableAlterSystem", [true]),
    ...setField(area, "spec.postgresql", "shared_preload_libraries", [["a"]]),
    ...setField(area, "spec.postgresql.parameters", "ssl", ["off"]),
    ...setField(area, "spec.postgresql.parameters", "password_encryption", ["md5"]),
    ...setField(area, "spec.postgresql.parameters", "max_connections", ["10"]),
    ...setField(area, sql, "owner", ["postgres"]),
    ...addItem(area, sql, "postInitApplicationSQL", ["ALTER ROLE chatwoot SUPERUSER"]),
    ...addItem(area, sql, "postInitSQL", ["SELECT 1"]),
  ];
}
