import type { BadChange } from "./stacks.ts";

/* Changes that break a rule, written from its one-line promise. */

const web = "chatwoot-web";

export const badPlaces: Record<string, BadChange[]> = {
  "no-triggers-with-delete": [
    ["a list", (s) => Object.assign(s.props("Command", "fly-app"), { triggers: ["1"] }), "staging"],
    ["an empty list", (s) => Object.assign(s.props("Command", "fly-app"), { triggers: [] }), "staging"],
    ["of Redis", (s) => Object.assign(s.props("Command", "redis-app"), { triggers: ["1"] }), "staging"],
    ["of logs", (s) => Object.assign(s.props("Command", "logs-app"), { triggers: ["1"] }), "staging"],
    ["of backups", (s) => Object.assign(s.props("Command", "backup-app"), { triggers: ["1"] }), "staging"],
    ["of the certificate", (s) => Object.assign(s.props("Command", "certificate-host"), { triggers: [1] }), "staging"],
    [
      "a delete beside triggers",
      (s) => Object.assign(s.props("Command", "deployment-release"), { triggers: ["1"], delete: "x" }),
      "staging",
    ],
    ["a null", (s) => Object.assign(s.props("Command", "fly-app"), { triggers: null }), "staging"],
  ],
  "explicit-namespace": [
    ["none", (s) => delete s.props("Service", "redis-service")["metadata"].namespace],
    ["no metadata", (s) => delete s.props("ConfigMap", "redis-settings")["metadata"]],
    ["an empty one", (s) => (s.props("Deployment", web)["metadata"].namespace = "")],
    ["the default", (s) => (s.props("Secret", "redis-auth")["metadata"].namespace = "default")],
    ["the system's", (s) => (s.props("StatefulSet")["metadata"].namespace = "kube-system")],
    ["the public one", (s) => (s.props("ConfigMap", "redis-settings")["metadata"].namespace = "kube-public")],
    ["a custom resource without", (s) => delete s.props("Cluster")["metadata"].namespace],
    ["a policy without", (s) => delete s.props("NetworkPolicy")["metadata"].namespace],
  ],
  "explicit-provider": (
    ["default", "default_4_34_2", "other", "kubernetes2", "Kubernetes", "", "prod", "minikube"] as const
  ).map((name): BadChange => [`${name} of a Deployment`, (s) => (s.resource("Deployment", web).provider = name)]),
};
