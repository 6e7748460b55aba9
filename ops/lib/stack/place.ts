import { StepProblem } from "../../../lib/problem.ts";
import type { StackResource } from "./deployment.ts";
import { recordedSteps } from "./steps.ts";

/** Where a stack's Chatwoot runs. */
export type Place =
  { target: "fly"; app: string } | { target: "kubernetes"; context: string | undefined; namespace: string };

/** Read from the stack's state, so that nothing is configured twice. */
export function placeOf(stack: string, resources: readonly StackResource[]): Place {
  const place = findPlace(resources);
  if (place !== undefined) return place;
  throw new StepProblem(
    `stack ${stack}`,
    "has no Chatwoot on Fly or Kubernetes: no deployment has completed",
    `Run \`pulumi up --stack ${stack}\``,
  );
}

/** As `placeOf`; undefined if no deployment has completed. */
export function findPlace(resources: readonly StackResource[]): Place | undefined {
  const steps = recordedSteps(resources);
  const app = steps.find(({ step, inputs }) => step === "deployment" && hasWeb(inputs))?.app;
  if (app !== undefined) return { target: "fly", app };
  const namespace = resources.find(isChatwootNamespace);
  const name = nameOf(namespace);
  return name === undefined ? undefined : { target: "kubernetes", context: contextOf(resources), namespace: name };
}

/** The same step deploys the helper apps; only Chatwoot's app has the group `web`. */
function hasWeb({ COUNTS: counts = "", MACHINE_CONFIG: config = "" }: Record<string, string>): boolean {
  return /\bweb=/.test(counts) || /^\s*web\s*=/m.test(config);
}

function isChatwootNamespace({ urn, type }: StackResource): boolean {
  return type === "kubernetes:core/v1:Namespace" && /::namespace(-existing)?$/.test(urn);
}

/** A namespace that the stack only reads has no inputs. */
function nameOf(resource: StackResource | undefined): string | undefined {
  const metadata = resource?.inputs?.["metadata"];
  if (typeof metadata !== "object" || metadata === null) return resource?.id;
  const { name } = metadata as { name?: unknown };
  return typeof name === "string" ? name : undefined;
}

/** Context of the stack's provider. Undefined: the kubeconfig's current context. */
function contextOf(resources: readonly StackResource[]): string | undefined {
  const provider = resources.find(
    ({ urn, type }) => type === "pulumi:providers:kubernetes" && urn.endsWith("::kubernetes"),
  );
  const context = provider?.inputs?.["context"];
  return typeof context === "string" ? context : undefined;
}
