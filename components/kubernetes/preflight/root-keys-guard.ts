import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "../../chatwoot/known-value.ts";
import type { GeneratedSecrets } from "../../chatwoot/generated-secrets.ts";
import { encryptionKeyNames } from "../../../config/kept-secrets.ts";
import { foreignKeys, type RootKeys } from "./root-keys.ts";

/**
 * Throws if Chatwoot in the cluster has other keys than this stack: after the loss of a state, or beside a manually
 * installed Chatwoot, the provider would adopt the Secret and overwrite them. Await it before any resource of the
 * cluster is registered. A preview knows generated keys only if they are in the state.
 */
export async function refuseForeignKeys(
  { context, namespace }: { context: string; namespace: string },
  present: RootKeys,
  { secretKeyBase, encryptionKeys }: Pick<GeneratedSecrets, "secretKeyBase" | "encryptionKeys">,
): Promise<void> {
  if (Object.keys(present).length === 0) return;
  const ours = pulumi.all({
    SECRET_KEY_BASE: secretKeyBase,
    [encryptionKeyNames.primaryKey]: encryptionKeys.primaryKey,
    [encryptionKeyNames.deterministicKey]: encryptionKeys.deterministicKey,
    [encryptionKeyNames.keyDerivationSalt]: encryptionKeys.keyDerivationSalt,
  });
  const keys = await knownValue(ours);
  if (keys === undefined) return;
  const problem = foreignKeys({ context, namespace, stack: pulumi.getStack() }, present, keys);
  // Pulumi prints a RunError's message alone, without a stack trace.
  if (problem !== undefined) throw new pulumi.RunError(problem);
}
