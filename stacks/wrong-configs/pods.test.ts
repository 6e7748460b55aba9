import { testWrong, type WrongConfig } from "../../tests/helpers/wrong-configs.ts";

const wrong = (what: string, pods: object): WrongConfig => [
  what,
  "prod",
  ({ settings }) => (settings["kubernetes"].pods = pods),
];

testWrong([
  wrong("a misspelt key", { nodeSelectors: { pool: "support" } }),
  wrong("a misspelt workload", { overrides: { webb: { priorityClassName: "high" } } }),
  wrong("a node label that YAML reads as true", { nodeSelector: { dedicated: true } }),
  wrong("a node label that is none", { nodeSelector: { "-pool": "support" } }),
  wrong("a toleration of every taint with a value", { tolerations: [{ operator: "Exists", key: "a", value: "b" }] }),
  wrong("a toleration without a key", { tolerations: [{ value: "support", effect: "NoSchedule" }] }),
  wrong("a toleration with an unknown effect", { tolerations: [{ key: "a", effect: "noSchedule" }] }),
  wrong("seconds of a toleration that evicts nothing", { tolerations: [{ key: "a", tolerationSeconds: 60 }] }),
  wrong("a misspelt affinity", { affinity: { nodeAfinity: {} } }),
  wrong("an affinity without terms", {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
  }),
  wrong("a requirement without values", {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: "pool", operator: "In" }] }],
        },
      },
    },
  }),
  wrong("a label that selects the pods", { labels: { "app.kubernetes.io/component": "x" } }),
  wrong("a label of the operator", { overrides: { database: { labels: { "cnpg.io/cluster": "x" } } } }),
  wrong("a pull secret as Kubernetes writes it", { imagePullSecrets: [{ name: "ghcr" }] }),
  wrong("a quantity that is none", { resources: { limits: { cpu: "500 m" } } }),
  wrong("memory of every pod", { resources: { limits: { memory: "1Gi" } } }),
  wrong("memory of web, which has a key", { overrides: { web: { resources: { limits: { memory: "1Gi" } } } } }),
  wrong("limits below the requests of some", { resources: { limits: { cpu: "100m" } } }),
  wrong("a memory limit below the request", { overrides: { proxy: { resources: { limits: { memory: "32Mi" } } } } }),
]);
