import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StepProblem } from "../../lib/problem.ts";
import { deployedProject } from "../../lib/deployed-project.ts";
import { loadProject, memoryState, plain } from "pulumi-embedded-engine";
import { engineFor } from "../../preview/stack-diff.ts";
import { encryptedKeys, hasStackFile } from "../../preview/stack-values.ts";
import { objectNames } from "../../components/kubernetes/names.ts";
import type { KubernetesObject } from "./objects.ts";

export interface Planned {
  objects: KubernetesObject[];
  context: string | undefined;
  namespace: string;
  /** Whether the stack file sets `keptSecrets`. */
  keepsSecrets: boolean;
}

/** Plans every object of this stack file with placeholder secrets: contacts no server and decrypts nothing. */
export async function plannedObjects(stack: string, signal: AbortSignal): Promise<Planned> {
  const project = loadProject(deployedProject());
  if (!hasStackFile(project, stack))
    throw new StepProblem(
      `--stack ${stack}`,
      `the file Pulumi.${stack}.yaml does not exist`,
      "Create it as in docs/migration.md",
    );
  const artifacts = await mkdtemp(join(tmpdir(), "chatwoot-adopt-"));
  Object.assign(process.env, { CHATWOOT_SKIP_PREFLIGHT: "1", CHATWOOT_ARTIFACTS_DIR: artifacts });
  try {
    const chart = process.env["CHATWOOT_CHART"] || "./sandbox/chart";
    const result = await engineFor(project, stack, memoryState(), chart, signal).up();
    if (!result.ok) {
      const errors = result.diagnostics
        .filter(({ severity }) => severity === "error")
        .map(({ message }) => message.trim());
      throw new StepProblem(
        `stack ${stack}`,
        `cannot be planned:\n${errors.join("\n")}\n`,
        `Correct Pulumi.${stack}.yaml`,
      );
    }
    const kubernetes = result.steps.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));
    const inputs = kubernetes.map((step) => plain(step.inputs) as Partial<KubernetesObject>);
    // Without those that the program only reads.
    const objects = inputs.filter((object): object is KubernetesObject => object.metadata !== undefined);
    const provider = result.steps.find(({ type }) => type === "pulumi:providers:kubernetes");
    const context: unknown = plain(provider?.inputs["context"]);
    return {
      objects,
      context: typeof context === "string" ? context : undefined,
      namespace: objects.find(({ metadata }) => metadata.name === objectNames.secrets)?.metadata.namespace ?? "",
      keepsSecrets: encryptedKeys(project, stack).has(`${project.name}:keptSecrets`),
    };
  } finally {
    await rm(artifacts, { recursive: true, force: true });
  }
}
