import { projectFolder } from "./lib/project-folder.ts";
import { dropSourceMaps } from "./lib/stack-traces.ts";
import { chatwoot } from "./stacks/chatwoot.ts";
import type { StackOutputs } from "./stacks/outputs.ts";
import { projectTransforms } from "./stacks/transforms.ts";

dropSourceMaps();

export default async function deploy(): Promise<StackOutputs> {
  return chatwoot({ transforms: await projectTransforms(projectFolder) });
}
