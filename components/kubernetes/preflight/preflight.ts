import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../../config/problems.ts";
import { removeOldCopies } from "../copies/removal.ts";
import { adopts } from "./adoption.ts";
import { checkArchive, type BackupKeys } from "./archive.ts";
import { apiServer, memoized, type Ask } from "./api.ts";
import { checkRequirements, checkServer, offlineOrganization, skipVariable } from "./check.ts";
import { commandsFor, type Commands } from "./commands.ts";
import { startDryRuns } from "./dry-run.ts";
import { checkIssuer } from "./issuer.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { PreflightError } from "./problems.ts";
import { checkPrivateHosts, type ExternalServer } from "./private-hosts.ts";
import type { PreflightSettings } from "./requirement.ts";
import { requirements } from "./requirements.ts";
import type { ClusterKeys } from "./root-keys-guard.ts";
import { readRootKeys } from "./root-keys.ts";

const timeoutMs = 15_000;

/** What the program knows of the cluster, and may do in it itself. */
export interface ClusterAnswers extends ClusterKeys {
  /** Undefined in a run that does not query the cluster. */
  ask?: Ask;
  /** Whether the cluster has a Chatwoot of another owner. Default: false. */
  adopts?: boolean;
  /** Starts dry runs of what a preview registers; undefined without an existing namespace, and in a deployment. */
  startDryRuns?: () => () => Promise<void>;
  /** Undefined in a run that does not query the cluster. */
  removeOldCopies?: (inUse: readonly string[]) => Promise<string[]>;
}

/**
 * Checks that the cluster has what the settings need, before any resource is registered: a preview would not report a
 * missing operator, and `up` would fail half way. Changes nothing. Throws all problems together, each with its key and
 * the command that fixes it. Returns Chatwoot's root keys in the cluster, which nothing may overwrite, and a way to ask
 * more; neither in a preview that skips the cluster.
 */
export async function preflight(
  settings: PreflightSettings,
  env = process.env,
  servers: readonly ExternalServer[] = [],
  backupKeys: BackupKeys = () => Promise.resolve(undefined),
): Promise<ClusterAnswers> {
  if (env[skipVariable] === "1") {
    refuseToDeployUnasked();
    return { present: {} };
  }
  try {
    return await askCluster(settings, env, { servers, backupKeys });
  } catch (error) {
    // Pulumi prints a RunError's message alone, without a stack trace.
    if (error instanceof PreflightError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

/** Without the cluster's root keys, a deployment could overwrite them. */
function refuseToDeployUnasked(): void {
  if (pulumi.runtime.isDryRun() || pulumi.getOrganization() === offlineOrganization) return;
  throw new pulumi.RunError(
    `${skipVariable}: is set, and only a preview may skip the cluster: a deployment could overwrite the root keys there. ` +
      `Nothing was changed. Run \`unset ${skipVariable}\` and then the same command again.`,
  );
}

/** A preview asks the API server about each object by a dry run, which needs the namespace. */
async function dryRunsOf(
  ask: Ask,
  { context, namespace, createNamespace }: PreflightSettings["kubernetes"],
  commands: Commands,
): Promise<ClusterAnswers["startDryRuns"]> {
  const { status } = await ask({ path: `/api/v1/namespaces/${namespace}` });
  if (status !== 404)
    return () => {
      const end = startDryRuns(ask, { namespace, setsPodSecurity: createNamespace, commands });
      return async () => {
        const { problems, warnings } = await end();
        warn(warnings);
        if (problems.length > 0) throw new pulumi.RunError(new PreflightError(context, problems).message);
      };
    };
  void pulumi.log.info(
    `chatwoot:kubernetes.namespace: ${namespace} does not exist yet, so the API server and its admission policies checked only ` +
      `objects without a namespace. To check all of them first: \`${commands.kubectl("create", "namespace", namespace)}\`, ` +
      "then the preview again.",
  );
  return undefined;
}

function warn(warnings: readonly Problem[]): void {
  for (const { key, message } of warnings) void pulumi.log.warn(`chatwoot:${key}: ${message}.`);
}

async function askCluster(
  settings: PreflightSettings,
  env: NodeJS.ProcessEnv,
  { servers, backupKeys }: { servers: readonly ExternalServer[]; backupKeys: BackupKeys },
): Promise<ClusterAnswers> {
  const { context, namespace, networkPolicies } = settings.kubernetes;
  const commands = commandsFor(context, networkPolicies);
  const ask = apiServer(await loadKubeconfig(context, env), timeoutMs);
  const unusable = await checkServer(ask, commands);
  if (unusable !== undefined) throw new PreflightError(context, [unusable]);
  const askOnce = memoized(ask);
  const [inCluster, found, isAdopting, atIssuer, unreachable, archived] = await Promise.all([
    checkRequirements(askOnce, requirements(settings, commands)),
    readRootKeys(ask, namespace, commands),
    adopts(askOnce, settings),
    checkIssuer(settings.kubernetes.sso),
    checkPrivateHosts(servers, networkPolicies),
    checkArchive(askOnce, settings, backupKeys),
  ]).catch((error: unknown) => {
    const message = `stopped answering: ${(error as Error).message}. Run the same command again`;
    throw new PreflightError(context, [{ key: "kubernetes.context", message }]);
  });
  warn([...inCluster.warnings, ...atIssuer.warnings]);
  const all = [...inCluster.problems, ...atIssuer.problems, ...unreachable, ...archived, ...found.problems];
  if (all.length > 0) throw new PreflightError(context, all);
  const dryRuns = pulumi.runtime.isDryRun() ? await dryRunsOf(askOnce, settings.kubernetes, commands) : undefined;
  return {
    ask,
    ...(dryRuns && { startDryRuns: dryRuns }),
    present: found.keys,
    facts: inCluster.facts,
    adopts: isAdopting,
    async readAgain() {
      const { keys, problems } = await readRootKeys(ask, namespace, commands);
      for (const { key, message } of problems) throw new pulumi.RunError(`chatwoot:${key}: ${message}.`);
      return keys;
    },
    removeOldCopies: (inUse) => removeOldCopies(ask, namespace, inUse),
  };
}
