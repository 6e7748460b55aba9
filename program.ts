/* The package's main entry. A project's index.ts exports it: `export { default } from "chatwoot-pulumi"`. */
import { deployedProject } from "./lib/deployed-project.ts";
import { dropSourceMaps } from "./lib/stack-traces.ts";
import { chatwoot } from "./stacks/chatwoot.ts";
import type { StackOutputs } from "./stacks/outputs.ts";
import { projectTransforms } from "./stacks/transforms.ts";

export { GeneratedSecrets } from "./components/chatwoot/generated-secrets.ts";
export type { StackOutputs } from "./stacks/outputs.ts";
export { merge, on, type Change, type StackResource, type Transform } from "./stacks/transforms.ts";

/** Deploys the configured stack, changed by the project's transforms.ts, and returns its outputs. */
export default async function deploy(): Promise<StackOutputs> {
  dropSourceMaps();
  return chatwoot({ transforms: await projectTransforms(deployedProject()) });
}
