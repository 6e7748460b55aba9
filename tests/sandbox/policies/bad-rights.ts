import type { Props } from "../../../policy/resource.ts";
import type { BadChange, Stack } from "./stacks.ts";

/* Changes that break a rule, written from its one-line promise. */

const job = {
  backoffLimit: 0,
  template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "busybox:1.37.0" }] } },
};
const web = "chatwoot-web";
const proxy = "sso-proxy";

const rulesOf = (s: Stack): Props[] => s.props("Role")["rules"] as Props[];

export const badRights: Record<string, BadChange[]> = {
  "pod-security": [
    ["shares the node's network", (s) => (s.pod("Deployment", web).hostNetwork = true)],
    ["shares the node's processes", (s) => (s.pod("StatefulSet").hostPID = true)],
    ["shares processes among containers", (s) => (s.pod("Deployment", proxy).shareProcessNamespace = true)],
    ["mounts the node's files", (s) => s.pod("Deployment", web).volumes.push({ name: "n", hostPath: { path: "/" } })],
    [
      "mounts by a driver",
      (s) => s.pod("Job").volumes.push({ name: "n", csi: { driver: "secrets-store.csi.k8s.io" } }),
    ],
    [
      "mounts over the network",
      (s) => s.pod("CronJob").volumes.push({ name: "n", nfs: { server: "10.0.0.1", path: "/" } }),
    ],
    ["is privileged", (s) => (s.container("Deployment", web).securityContext.privileged = true)],
    ["may escalate", (s) => delete s.container("Deployment", proxy).securityContext.allowPrivilegeEscalation],
    ["keeps capabilities", (s) => (s.container("StatefulSet").securityContext.capabilities = { drop: ["NET_RAW"] })],
    ["adds a capability", (s) => (s.container("Job").securityContext.capabilities.add = ["NET_ADMIN"])],
    ["has no seccomp profile", (s) => delete s.pod("Deployment", web).securityContext.seccompProfile],
    [
      "overrides the profile",
      (s) => (s.container("StatefulSet").securityContext.seccompProfile = { type: "Unconfined" }),
    ],
    ["unmasks /proc", (s) => (s.container("Deployment", proxy).securityContext.procMount = "Unmasked")],
    [
      "sets a kernel parameter",
      (s) => (s.pod("StatefulSet").securityContext.sysctls = [{ name: "kernel.msgmax", value: "1" }]),
    ],
    [
      "runs Redis as root",
      (s) => Object.assign(s.pod("StatefulSet").securityContext, { runAsNonRoot: false, runAsUser: 0 }),
    ],
    ["lets the proxy be root", (s) => delete s.pod("Deployment", proxy).securityContext.runAsNonRoot],
    [
      "an init container is privileged",
      (s) =>
        (s.pod("Deployment", web).initContainers = [
          { ...s.container("Deployment", web), securityContext: { privileged: true } },
        ]),
    ],
    [
      "a debug container",
      (s) => (s.pod("Deployment", web).ephemeralContainers = [{ name: "d", image: "busybox:1.37.0" }]),
    ],
    ["opens a port of the node", (s) => (s.container("Deployment", web).ports[0].hostPort = 3000)],
    ["a pod of a custom resource", (s) => s.add("keda.sh/v1alpha1", "ScaledJob", { spec: { jobTargetRef: job } })],
  ],
  "pod-security-labels": [
    ["enforces nothing", (s) => delete s.props("Namespace")["metadata"].labels["pod-security.kubernetes.io/enforce"]],
    [
      "enforces privileged",
      (s) => (s.props("Namespace")["metadata"].labels["pod-security.kubernetes.io/enforce"] = "privileged"),
    ],
    ["has no labels", (s) => delete s.props("Namespace")["metadata"].labels],
    [
      "misspells the level",
      (s) => (s.props("Namespace")["metadata"].labels["pod-security.kubernetes.io/enforce"] = "Restricted"),
    ],
    [
      "as an annotation",
      (s) => {
        const { metadata } = s.props("Namespace");
        metadata.annotations = { ...metadata.annotations, ...metadata.labels };
        delete metadata.labels;
      },
    ],
    [
      "an old version of the level",
      (s) => (s.props("Namespace")["metadata"].labels["pod-security.kubernetes.io/enforce-version"] = "v1.19"),
    ],
    ["no warning", (s) => delete s.props("Namespace")["metadata"].labels["pod-security.kubernetes.io/warn"]],
    [
      "a weaker audit",
      (s) => (s.props("Namespace")["metadata"].labels["pod-security.kubernetes.io/audit"] = "privileged"),
    ],
    ["another namespace without", (s) => s.add("v1", "Namespace", {}, "other")],
  ],
  "service-account-tokens": [
    ["mounts the default token", (s) => delete s.pod("Deployment", proxy).automountServiceAccountToken],
    ["switches it on", (s) => (s.pod("Deployment", web).automountServiceAccountToken = true)],
    [
      "projects a token",
      (s) =>
        s
          .pod("Deployment", web)
          .volumes.push({ name: "t", projected: { sources: [{ serviceAccountToken: { path: "t" } }] } }),
    ],
    [
      "projects one beside a ConfigMap",
      (s) =>
        s.pod("StatefulSet").volumes.push({
          name: "t",
          projected: {
            sources: [{ configMap: { name: "a" } }, { serviceAccountToken: { path: "t", audience: "vault" } }],
          },
        }),
    ],
    [
      "another account with a token",
      (s) => Object.assign(s.pod("Job"), { serviceAccountName: "admin", automountServiceAccountToken: true }),
    ],
    [
      "the old field of the account",
      (s) => Object.assign(s.pod("StatefulSet"), { serviceAccount: "admin", automountServiceAccountToken: undefined }),
    ],
    ["a token as a Secret", (s) => s.add("v1", "Secret", { type: "kubernetes.io/service-account-token" })],
    [
      "the database's projected volume",
      (s) => (s.spec("Cluster").projectedVolumeTemplate = { sources: [{ serviceAccountToken: { path: "t" } }] }),
    ],
    ["the drill without its Role", (s) => s.remove("RoleBinding")],
    ["a pod of its own", (s) => s.add("v1", "Pod", { spec: { containers: [{ name: "a", image: "a:1.0.0" }] } })],
    ["a pod of a custom resource", (s) => s.add("keda.sh/v1alpha1", "ScaledJob", { spec: { jobTargetRef: job } })],
  ],
  "no-wildcard-roles": [
    [
      "rights of a cloud",
      (s) =>
        (s.props("ServiceAccount", "postgres-drill-account")["metadata"].annotations["eks.amazonaws.com/role-arn"] =
          "arn:aws:iam::1:role/a"),
    ],
    ["every verb", (s) => rulesOf(s)[0]!["verbs"].push("*")],
    ["every resource", (s) => (rulesOf(s)[0]!["resources"] = ["*"])],
    ["every group", (s) => (rulesOf(s)[0]!["apiGroups"] = ["*"])],
    ["every Secret", (s) => delete rulesOf(s)[1]!["resourceNames"]],
    [
      "pods and their shells",
      (s) => rulesOf(s).push({ apiGroups: [""], resources: ["pods/exec"], resourceNames: ["a"], verbs: ["create"] }),
    ],
    [
      "tokens of accounts",
      (s) =>
        rulesOf(s).push({
          apiGroups: [""],
          resources: ["serviceaccounts/token"],
          resourceNames: ["a"],
          verbs: ["create"],
        }),
    ],
    [
      "rights over rights",
      (s) =>
        rulesOf(s).push({
          apiGroups: ["rbac.authorization.k8s.io"],
          resources: ["roles"],
          resourceNames: ["a"],
          verbs: ["patch"],
        }),
    ],
    ["impersonation", (s) => rulesOf(s)[0]!["verbs"].push("impersonate")],
    [
      "a whole cluster",
      (s) =>
        s.add("rbac.authorization.k8s.io/v1", "ClusterRole", {
          rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["a"], verbs: ["get"] }],
        }),
    ],
    [
      "bound to cluster-admin",
      (s) =>
        (s.props("RoleBinding")["roleRef"] = {
          apiGroup: "rbac.authorization.k8s.io",
          kind: "ClusterRole",
          name: "cluster-admin",
        }),
    ],
    [
      "bound to edit",
      (s) =>
        (s.props("RoleBinding")["roleRef"] = {
          apiGroup: "rbac.authorization.k8s.io",
          kind: "ClusterRole",
          name: "edit",
        }),
    ],
    [
      "bound to everyone",
      (s) => s.props("RoleBinding")["subjects"].push({ kind: "Group", name: "system:authenticated" }),
    ],
    ["bound to the default account", (s) => (s.props("RoleBinding")["subjects"][0].name = "default")],
    ["bound to another namespace", (s) => (s.props("RoleBinding")["subjects"][0].namespace = "other")],
    [
      "a binding for the cluster",
      (s) =>
        s.add("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", {
          roleRef: { kind: "ClusterRole", name: "view" },
          subjects: [],
        }),
    ],
  ],
};
