import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "../../chatwoot/known-value.ts";
import type { GeneratedSecrets } from "../../chatwoot/generated-secrets.ts";
import { encryptionKeyNames } from "../../../config/kept-secrets.ts";
import type { ClusterFacts } from "../facts.ts";
import { objectNames } from "../names.ts";
import { changedKeys, foreignKeys, type RootKeys } from "./root-keys.ts";

/** Chatwoot's root keys in the cluster: those that the preflight read, and how to read them again. */
export interface ClusterKeys {
  present: RootKeys;
  /** What else the preflight saw. Undefined in a run that does not query the cluster. */
  facts?: ClusterFacts;
  /** Undefined in a run that does not query the cluster. Rejects if they cannot be read. */
  readAgain?: () => Promise<RootKeys>;
}

export interface OwnKeys {
  context: string;
  namespace: string;
  secrets: Pick<GeneratedSecrets, "secretKeyBase" | "encryptionKeys">;
  /** Whether the configuration sets them (`keptSecrets`). */
  areKept: boolean;
}

/**
 * Throws if Chatwoot in the cluster has other keys than this stack: after the loss of a state, or beside a manually
 * installed Chatwoot, the provider would adopt the Secret and overwrite them. Await it before any resource of the
 * cluster is registered. A preview knows generated keys only if they are in the state.
 */
export async function refuseForeignKeys({ present }: ClusterKeys, own: OwnKeys): Promise<void> {
  if (Object.keys(present).length === 0) return;
  const keys = await knownValue(pulumi.all(namedKeys(own)));
  if (keys !== undefined) refuse(present, keys, own);
}

/** What Chatwoot's Secret may be written with: in a deployment, only once the cluster has been asked again. */
export function checkedBeforeWriting(
  values: Record<string, pulumi.Output<string>>,
  { readAgain }: ClusterKeys,
  own: OwnKeys,
): Record<string, pulumi.Output<string>> {
  if (readAgain === undefined || pulumi.runtime.isDryRun()) return values;
  const { SECRET_KEY_BASE: key } = values;
  if (key === undefined) return values;
  const checked = pulumi.all([key, pulumi.all(namedKeys(own)), pulumi.all(values)]).apply(async ([value, keys]) => {
    refuse(await readAgain(), keys, own);
    return value;
  });
  return { ...values, SECRET_KEY_BASE: checked };
}

/** The name of the written Secret, once the cluster has the keys of this run: two deployments at once cannot both go on. */
export function readBack(name: pulumi.Output<string>, { readAgain }: ClusterKeys, own: OwnKeys): pulumi.Output<string> {
  if (readAgain === undefined || pulumi.runtime.isDryRun()) return name;
  return pulumi.all([name, pulumi.all(namedKeys(own))]).apply(async ([written, keys]) => {
    refuseOverwritten(keys, await readAgain(), own, "Web, worker and database schema were not changed.");
    return written;
  });
}

/**
 * For the end of a deployment: throws if another one has overwritten the keys since they were read back. It asks once more
 * before it writes, so one of the two sees the other.
 */
export async function refuseOverwrittenKeys(
  { readAgain }: Pick<ClusterKeys, "readAgain">,
  own: Omit<OwnKeys, "areKept">,
): Promise<void> {
  if (readAgain === undefined || pulumi.runtime.isDryRun()) return;
  const keys = await knownValue(pulumi.all(namedKeys(own)));
  if (keys !== undefined) refuseOverwritten(keys, await readAgain(), own, "Web and worker may use either keys.");
}

function refuseOverwritten(
  keys: RootKeys,
  present: RootKeys,
  { namespace }: Pick<OwnKeys, "namespace">,
  effect: string,
): void {
  const changed = changedKeys(keys, present);
  if (changed.length === 0) return;
  throw new pulumi.RunError(
    `Secret ${namespace}/${objectNames.secrets}: has another ${changed.join(", ")} than this run has written: another ` +
      `deployment works on the same namespace. ${effect} Keep one of the two stacks: ` +
      `\`npm run ops -- drift --stack ${pulumi.getStack()}\` shows whether the cluster is this one's.`,
  );
}

const namedKeys = ({ secrets: { secretKeyBase, encryptionKeys } }: Pick<OwnKeys, "secrets">) => ({
  SECRET_KEY_BASE: secretKeyBase,
  [encryptionKeyNames.primaryKey]: encryptionKeys.primaryKey,
  [encryptionKeyNames.deterministicKey]: encryptionKeys.deterministicKey,
  [encryptionKeyNames.keyDerivationSalt]: encryptionKeys.keyDerivationSalt,
});

function refuse(present: RootKeys, keys: RootKeys, { context, namespace, areKept }: OwnKeys): void {
  const keysFrom = pulumi.runtime.isDryRun() && !areKept ? "state" : "unknown";
  const problem = foreignKeys({ context, namespace, stack: pulumi.getStack(), keysFrom }, present, keys);
  // Pulumi prints a RunError's message alone, without a stack trace.
  if (problem !== undefined) throw new pulumi.RunError(problem);
}
