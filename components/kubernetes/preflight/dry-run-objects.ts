import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "../../chatwoot/known-value.ts";

export interface PlainObject {
  apiVersion: string;
  kind: string;
  metadata?: { name?: string; namespace?: string; labels?: object; annotations?: object };
  spec?: Record<string, unknown>;
}

/** Stands for a value that a preview does not know: a valid name, and valid base64. */
export const placeholder = "unknown0";

/** Fields of an object that are maps of texts. */
const maps = ["data", "stringData", "labels", "matchLabels", "annotations"];

interface Known {
  value: unknown;
  isComplete: boolean;
}

/** The value without Outputs, and whether it was complete. Secrets are values: they go to the API server alone. */
export async function known(value: unknown, key = ""): Promise<Known> {
  const unknown = { value: maps.includes(key) ? {} : placeholder, isComplete: false };
  if (pulumi.Output.isInstance(value)) {
    const inside = await knownValue(value);
    return inside === undefined ? unknown : known(inside, key);
  }
  if (value === null || typeof value !== "object") return { value, isComplete: true };
  // Inside of the value of an Output, the SDK has an object for what is not known.
  if ("__pulumiUnknown" in value) return unknown;
  if (Array.isArray(value)) {
    const items = await Promise.all(value.map((each) => known(each)));
    return { value: items.map((each) => each.value), isComplete: items.every((each) => each.isComplete) };
  }
  const entries = await Promise.all(
    Object.entries(value).map(async ([name, inside]) => [name, await known(inside, name)] as const),
  );
  return {
    value: Object.fromEntries(entries.map(([name, each]) => [name, each.value])),
    isComplete: entries.every(([, each]) => each.isComplete),
  };
}

interface Template {
  metadata?: { labels?: object; annotations?: object };
  spec?: object;
}

/** The pod that a workload creates; undefined of other objects. */
export function podOf({ kind, metadata = {}, spec = {} }: PlainObject): PlainObject | undefined {
  const inJob =
    kind === "CronJob" ? (spec["jobTemplate"] as { spec?: Record<string, unknown> } | undefined)?.spec : spec;
  const template = inJob?.["template"] as Template | undefined;
  if (!["Deployment", "StatefulSet", "Job", "CronJob"].includes(kind) || template?.spec === undefined) return undefined;
  // A first deployment has no service account yet, without which no pod is admitted.
  const { serviceAccountName: _, serviceAccount: __, ...pod } = template.spec as Record<string, unknown>;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${metadata.name}-dry-run`,
      ...(metadata.namespace && { namespace: metadata.namespace }),
      ...template.metadata,
    },
    spec: pod,
  };
}
