import { deployed } from "../../../config/schema/kubernetes/external.ts";
import type { KubernetesConfig } from "../../../config/schema.ts";
import type { PlacedKind } from "../../../config/schema/kubernetes/pods.ts";
import { placementOf } from "../pod-template.ts";
import type { Commands } from "./commands.ts";
import { itemsOf, type Finding, type Requirement } from "./requirement.ts";

interface Node {
  metadata: { name: string; labels?: Record<string, string> };
  spec?: { unschedulable?: boolean; taints?: Taint[] };
  status?: { conditions?: { type: string; status: string }[] };
}
interface Taint {
  key: string;
  value?: string;
  effect: string;
}
type Placement = Pick<ReturnType<typeof placementOf>, "nodeSelector" | "tolerations">;

/** Labels that node pools set, which can add nodes on demand. */
const poolLabels = [
  "karpenter.sh/nodepool",
  "eks.amazonaws.com/nodegroup",
  "cloud.google.com/gke-nodepool",
  "kubernetes.azure.com/agentpool",
  "doks.digitalocean.com/node-pool",
  "k8s.scaleway.com/pool-name",
  "hcloud/node-group",
];

/** Why no pod with this placement starts on a node; undefined if pods can. Affinity is not evaluated. */
function refusal(
  { metadata, spec = {}, status }: Node,
  { nodeSelector = {}, tolerations = [] }: Placement,
): string | undefined {
  if (spec.unschedulable === true) return "cordoned";
  if (status?.conditions?.some((each) => each.type === "Ready" && each.status !== "True")) return "not ready";
  const label = Object.entries(nodeSelector).find(([name, value]) => metadata.labels?.[name] !== value);
  if (label !== undefined) return `no label ${label[0]}=${label[1]}`;
  const taint = (spec.taints ?? []).find(
    ({ key, value = "", effect }) =>
      effect !== "PreferNoSchedule" &&
      !tolerations.some(
        (each) =>
          (each.key === undefined || each.key === key) &&
          (each.operator === "Exists" || (each.value ?? "") === value) &&
          (each.effect === undefined || each.effect === effect),
      ),
  );
  return taint && `taint ${taint.key}${taint.value ? `=${taint.value}` : ""}:${taint.effect}`;
}

/** Each database instance needs its own node; web and worker share one if they must. */
export function nodes({ kubernetes, web, worker, storage }: NodeSettings, commands: Commands): Requirement {
  return {
    key: "kubernetes.postgres.instances",
    questions: [{ path: "/api/v1/nodes" }],
    judge(answer) {
      const all = itemsOf<Node>(answer);
      if (all.length === 0) return undefined;
      const list = `\`${commands.kubectl("get", "nodes")}\``;
      const usable = (kind: PlacedKind) => {
        const placement = placementOf(kubernetes.pods, kind);
        const refused = all.flatMap((node) => {
          const why = refusal(node, placement);
          return why === undefined ? [] : [`${node.metadata.name}: ${why}`];
        });
        const count = all.length - refused.length;
        const others = refused.length === 0 ? "" : ` (not ${firstOf(refused)})`;
        return { count, seen: `${count} of ${all.length} nodes can run ${kind} pods${others}` };
      };
      const grows = all.some(({ metadata }) => poolLabels.some((label) => label in (metadata.labels ?? {})));
      const isOnOneNode = storage.kind === "claim" && storage.accessMode === "ReadWriteOnce";
      const findings: Finding[] = [];
      const instances = deployed(kubernetes.postgres)?.instances ?? 0;
      const database = usable("database");
      if (database.count < instances)
        findings.push({
          message:
            `is ${instances}, each on a separate node, but ${database.seen}. ` +
            `${database.count === 0 ? "Add" : `Set it to ${database.count}, or add`} nodes or kubernetes.pods.tolerations: ${list}`,
          isWarning: grows,
        });
      for (const [kind, { count }] of Object.entries({ web, worker }) as ["web" | "worker", { count: number }][]) {
        const there = usable(kind);
        if (there.count === 0)
          findings.push({
            key: `${kind}.count`,
            message: `is ${count}, but ${there.seen}. Add nodes or kubernetes.pods.tolerations: ${list}`,
            isWarning: grows,
          });
        else if (there.count === 1 && count > 1 && !isOnOneNode)
          findings.push({
            key: `${kind}.count`,
            message: `is ${count}, but ${there.seen}, so one failure stops them all. Add a node`,
            isWarning: true,
          });
      }
      return findings;
    },
  };
}

export type NodeSettings = Pick<KubernetesConfig, "kubernetes" | "web" | "worker" | "storage">;

const shown = 3;
const firstOf = (list: readonly string[]): string =>
  list.slice(0, shown).join(", ") + (list.length > shown ? ` and ${list.length - shown} more` : "");
