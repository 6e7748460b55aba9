import { z } from "zod";
import { parseJson } from "../../lib/json.ts";
import { StepProblem } from "../../lib/problem.ts";
import type { KubectlPlace } from "../lib/kubernetes/kubectl.ts";
import { findPlace } from "../lib/stack/place.ts";
import { askPulumi, loadResources } from "../lib/stack/source.ts";

const settings = z.record(z.string(), z.object({ value: z.string().optional(), objectValue: z.unknown().optional() }));
const cluster = z.object({ context: z.string().optional(), namespace: z.string().default("chatwoot") });

/**
 * Where the stack's pods run; undefined on Fly. From the configuration, because the state of a first deployment has no
 * namespace yet.
 */
export async function placeToWatch(stack: string): Promise<KubectlPlace | undefined> {
  if (process.env["CHATWOOT_STATE_FILE"]) {
    const place = findPlace(await loadResources(stack));
    return place?.target === "kubernetes" ? place : undefined;
  }
  return configuredPlace(await askPulumi(["config", "--json", "--stack", stack, "--non-interactive"]));
}

/** Reads `pulumi config --json`. */
function configuredPlace(json: string): KubectlPlace | undefined {
  const found = settings.safeParse(parseJson(json));
  if (found.success && found.data["chatwoot:target"]?.value !== "kubernetes") return undefined;
  const { objectValue, value } = found.data?.["chatwoot:kubernetes"] ?? {};
  const parsed = cluster.safeParse(objectValue ?? parseJson(value));
  if (parsed.success) return { context: parsed.data.context, namespace: parsed.data.namespace };
  throw new StepProblem("pulumi config", "has no valid `chatwoot:kubernetes`", "Check it with `pulumi preview`");
}
