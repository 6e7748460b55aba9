import { rules } from "../pack.ts";
import { closedCases, type Case } from "./test-cases-closed.ts";
import { dataCases } from "./test-cases-data.ts";
import { entranceCases } from "./test-cases-entrance.ts";
import { workloadCases } from "./test-cases-workloads.ts";
import { object, random, workload } from "./test-resources.ts";

const ownership: Readonly<Record<string, Case>> = {
  "no-wildcard-roles": {
    passes: [
      object("Role", "a", {
        rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["a"], verbs: ["get"] }],
      }),
      object("ServiceAccount", "c", { automountServiceAccountToken: false }),
      object("RoleBinding", "b", {
        roleRef: { kind: "Role", name: "a" },
        subjects: [{ kind: "ServiceAccount", name: "c" }],
      }),
    ],
    breaks: [
      [
        [
          object("Role", "a", { rules: [{ apiGroups: [""], resources: ["*"], verbs: ["*"] }] }),
          object("RoleBinding", "b", { roleRef: { kind: "ClusterRole", name: "cluster-admin" } }),
        ],
        [
          "allows the verb *. List the needed ones.",
          "allows *, which was not reviewed. Remove it.",
          "names no objects. Set resourceNames.",
          "binds to ClusterRole cluster-admin, which is no Role of the stack. Use one.",
        ],
      ],
    ],
  },
  "explicit-namespace": {
    passes: [workload("a"), object("Namespace", "chatwoot", { metadata: { name: "chatwoot" } })],
    breaks: [
      [
        [
          object("ConfigMap", "a", { metadata: { name: "a" } }),
          object("Secret", "b", { metadata: { name: "b", namespace: "default" } }),
          object("Secret", "c", { metadata: { name: "c", namespace: "kube-system" } }),
        ],
        [
          "ConfigMap has no namespace. Set metadata.namespace.",
          "Secret is in namespace default. Use the stack's namespace.",
          "Secret is in namespace kube-system. Use the stack's namespace.",
        ],
      ],
    ],
  },
  "explicit-provider": {
    passes: [workload("a"), random("key", { length: 32 })],
    breaks: [
      [
        [object("ConfigMap", "a", {}, { provider: "default_4_34_2" })],
        ["uses the default provider, and so the deployer's current context. Pass the stack's provider."],
      ],
    ],
  },
};
const all = { ...closedCases, ...dataCases, ...entranceCases, ...workloadCases, ...ownership };

/** By rule, in the order of the pack. */
export const cases: Readonly<Record<string, Case>> = Object.fromEntries(rules.map(({ name }) => [name, all[name]!]));
