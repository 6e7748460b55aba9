import * as pulumi from "@pulumi/pulumi";
import type { GeneratedSecrets } from "../chatwoot/generated-secrets.ts";
import { encryptionKeyNames } from "../chatwoot/kept-secrets.ts";
import { foreignKeys, type RootKeys } from "./preflight/root-keys.ts";

/**
 * The provider's context, once this stack's keys are found to be those that Chatwoot in the cluster works with: a state
 * that was lost, or a Chatwoot made by hand, has others, and the provider would adopt the Secret and overwrite them. A
 * preview knows generated keys only where the state has them, and needs its context in any case.
 */
export function guardedContext(
  { context, namespace }: { context: string; namespace: string },
  present: RootKeys,
  { secretKeyBase, encryptionKeys }: Pick<GeneratedSecrets, "secretKeyBase" | "encryptionKeys">,
): pulumi.Input<string> {
  if (Object.keys(present).length === 0) return context;
  const ours = pulumi.all({
    SECRET_KEY_BASE: secretKeyBase,
    [encryptionKeyNames.primaryKey]: encryptionKeys.primaryKey,
    [encryptionKeyNames.deterministicKey]: encryptionKeys.deterministicKey,
    [encryptionKeyNames.keyDerivationSalt]: encryptionKeys.keyDerivationSalt,
  });
  const checked = ours.apply((keys) => {
    const problem = foreignKeys({ context, namespace, stack: pulumi.getStack() }, present, keys);
    if (problem !== undefined) throw new pulumi.RunError(problem);
    return context;
  });
  return pulumi.runtime.isDryRun() ? context : pulumi.unsecret(checked);
}
