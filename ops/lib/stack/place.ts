import { StepProblem } from "../../../lib/problem.ts";
import type { StackResource } from "./deployment.ts";
import { recordedSteps } from "./steps.ts";

/** Where a stack's Chatwoot runs. */
export type Place =
  { target: "fly"; app: string } | { target: "kubernetes"; context: string | undefined; namespace: string };

/** By what the stack's state holds: nothing is configured a second time. */
export function placeOf(stack: string, resources: readonly StackResource[]): Place {
  const steps = recordedSteps(resources);
  const app = steps.find(({ step, inputs }) => step === "deployment" && hasWeb(inputs))?.app;
  if (app !== undefined) return { target: "fly", app };
  const namespace = resources.find(isChatwootNamespace);
  const name = nameOf(namespace);
  if (name !== undefined) return { target: "kubernetes", context: contextOf(resources), namespace: name };
  throw new StepProblem(
    `stack ${stack}`,
    "has no Chatwoot, on Fly or on Kubernetes: it was not deployed to its end",
    `Deploy it: \`pulumi up --stack ${stack}\``,
  );
}

/** Helper apps of a stack are deployed by the same step; Chatwoot's alone has web. */
function hasWeb({ COUNTS: counts = "", MACHINE_CONFIG: config = "" }: Record<string, string>): boolean {
  return /\bweb=/.test(counts) || /^\s*web\s*=/m.test(config);
}

function isChatwootNamespace({ urn, type }: StackResource): boolean {
  return type === "kubernetes:core/v1:Namespace" && urn.endsWith("::namespace");
}

function nameOf(resource: StackResource | undefined): string | undefined {
  const metadata = resource?.inputs?.["metadata"];
  if (typeof metadata !== "object" || metadata === null) return undefined;
  const { name } = metadata as { name?: unknown };
  return typeof name === "string" ? name : undefined;
}

/** Of the provider that the program makes; undefined means the kubeconfig's current one. */
function contextOf(resources: readonly StackResource[]): string | undefined {
  const provider = resources.find(
    ({ urn, type }) => type === "pulumi:providers:kubernetes" && urn.endsWith("::kubernetes"),
  );
  const context = provider?.inputs?.["context"];
  return typeof context === "string" ? context : undefined;
}
