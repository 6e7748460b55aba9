import { encryptionKeyNames } from "../../../config/kept-secrets.ts";
import { objectNames } from "../names.ts";
import type { Ask } from "./api.ts";

/** The keys that must never change, as far as Chatwoot's Secret in the cluster has them, by their names in it. */
export type RootKeys = Readonly<Record<string, string>>;

const names = ["SECRET_KEY_BASE", ...Object.values(encryptionKeyNames)];

/** Empty where there is no Secret, or none that may be read. The chart's example keys are nobody's. */
export async function readRootKeys(ask: Ask, namespace: string): Promise<RootKeys> {
  const { status, body } = await ask({ path: `/api/v1/namespaces/${namespace}/secrets/${objectNames.secrets}` });
  const data = (status === 200 ? (body as { data?: Record<string, string> } | undefined)?.data : undefined) ?? {};
  const keys = names.map((name) => [name, Buffer.from(data[name] ?? "", "base64").toString()] as const);
  return Object.fromEntries(keys.filter(([, value]) => value !== "" && !value.startsWith("replace_with")));
}

/** Why these keys must not be written over those that are there; undefined where they are the same. No message has a value. */
export function foreignKeys(
  { context, namespace, stack }: { context: string; namespace: string; stack: string },
  present: RootKeys,
  ours: RootKeys,
): string | undefined {
  const other = Object.keys(present).filter((name) => name in ours && present[name] !== ours[name]);
  if (other.length === 0) return undefined;
  const secret = `kubectl --context ${context} --namespace ${namespace} delete secret ${objectNames.secrets}`;
  return (
    `Secret ${namespace}/${objectNames.secrets}: has ${other.join(", ")} of its own, which this stack would overwrite ` +
    "with new values: everybody would be signed out, and what is encrypted would be lost. Nothing in the cluster was " +
    `changed. Keep what it has by chatwoot:keptSecrets (docs/migration.md): \`npm run ops -- adopt --stack ${stack}\` ` +
    `says how. To give it up instead: \`${secret}\`.`
  );
}
