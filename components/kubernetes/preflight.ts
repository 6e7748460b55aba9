import * as pulumi from "@pulumi/pulumi";
import { apiServer } from "./preflight/api.ts";
import { checkRequirements, checkServer, skipVariable } from "./preflight/check.ts";
import { commandsFor } from "./preflight/commands.ts";
import { loadKubeconfig } from "./preflight/kubeconfig.ts";
import { PreflightError } from "./preflight/problems.ts";
import { requirements, type PreflightSettings } from "./preflight/requirements.ts";

const timeoutMs = 15_000;

/**
 * Looks, before any resource is registered, whether the cluster has what the settings need: a preview would not say
 * that an operator is missing, and `up` would fail half way. Changes nothing. Throws with everything that is missing at
 * once, each with its key and the command that mends it.
 */
export async function preflight(settings: PreflightSettings, env = process.env): Promise<void> {
  if (env[skipVariable] === "1") return;
  try {
    await askCluster(settings, env);
  } catch (error) {
    // Pulumi prints a RunError's message alone, without a stack trace.
    if (error instanceof PreflightError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

async function askCluster(settings: PreflightSettings, env: NodeJS.ProcessEnv): Promise<void> {
  const { context, networkPolicies } = settings.kubernetes;
  const commands = commandsFor(context, networkPolicies);
  const ask = apiServer(await loadKubeconfig(context, env), timeoutMs);
  const unusable = await checkServer(ask, commands);
  if (unusable !== undefined) throw new PreflightError(context, [unusable]);
  const { problems, warnings } = await checkRequirements(ask, requirements(settings, commands)).catch(
    (error: unknown) => {
      const message = `stopped answering: ${(error as Error).message}. Run the same command again`;
      throw new PreflightError(context, [{ key: "kubernetes.context", message }]);
    },
  );
  for (const { key, message } of warnings) void pulumi.log.warn(`chatwoot:${key}: ${message}.`);
  if (problems.length > 0) throw new PreflightError(context, problems);
}
