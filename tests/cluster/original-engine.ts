import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commandProvider, kubernetesProvider, randomProvider } from "pulumi-embedded-engine/providers";
import { buildTools } from "kubernetes-sandbox/tools";
import { projectFolder } from "../../lib/project-folder.ts";
import { toolCache } from "../../preview/tool-cache.ts";
import { withFacts } from "../../sandbox/cli/facts.ts";
import { passphrase } from "../../sandbox/cli/prepare.ts";
import { changesOf, type Sandbox } from "../sandbox/support.ts";
import { Original } from "../tools/engine/original.ts";
import type { CampaignEngine } from "./campaign.ts";

const program = async (): Promise<unknown> => (await import("../../index.ts")).default();

/** The real Pulumi CLI with the embedded engine's providers, for prod on the sandbox's API server. */
export async function originalEngine(
  cli: string,
  sandbox: Sandbox,
): Promise<CampaignEngine & { stop(): Promise<void> }> {
  const { helm } = await buildTools(toolCache);
  const kubernetes = kubernetesProvider({ helm: () => Promise.resolve(helm) });
  const { stackFile } = await sandbox.prepare("prod");
  const original = await Original.start(
    cli,
    { random: randomProvider, command: commandProvider, kubernetes },
    {
      stack: "prod",
      phrase: passphrase,
      projectDir: projectFolder,
      files: {
        "Pulumi.yaml": readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8"),
        "Pulumi.prod.yaml": readFileSync(stackFile, "utf8"),
        "index.ts": "",
      },
    },
  );
  return {
    async run(command, { overlay }) {
      const stack = await sandbox.prepare("prod", overlay);
      Object.assign(process.env, stack.environment);
      original.write("Pulumi.prod.yaml", readFileSync(stack.stackFile, "utf8"));
      const { exitCode, output, events } = await withFacts(
        stack.facts,
        () => undefined,
        () => original[command](program),
      );
      if (exitCode !== 0) throw new Error(output);
      return { output, changes: changesOf(events) };
    },
    deployment: async () => (JSON.parse(await original.done("stack", "export")) as { deployment: object }).deployment,
    stop: () => original.stop(),
  };
}
