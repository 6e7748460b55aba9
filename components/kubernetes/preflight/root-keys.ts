import { encryptionKeyNames } from "../../../config/kept-secrets.ts";
import { objectNames } from "../names.ts";
import type { Problem } from "../../../config/problems.ts";
import type { Answer, Ask } from "./api.ts";
import type { Commands } from "./commands.ts";

/** The keys that must never change, by their names in Chatwoot's Secret, as far as the Secret has them. */
export type RootKeys = Readonly<Record<string, string>>;

const names = ["SECRET_KEY_BASE", ...Object.values(encryptionKeyNames)];

interface FoundKeys {
  keys: RootKeys;
  /** Why the keys are unknown. A deployment could overwrite them. */
  problems: Problem[];
}

/** Whether the cluster has other values for keys that this stack has written. */
export function changedKeys(written: RootKeys, present: RootKeys): string[] {
  return Object.keys(written).filter((name) => present[name] !== written[name]);
}

/** No keys and no problem only if the API server answers that the Secret does not exist. */
export async function readRootKeys(ask: Ask, namespace: string, commands: Commands): Promise<FoundKeys> {
  const answer = await ask({ path: `/api/v1/namespaces/${namespace}/secrets/${objectNames.secrets}` });
  if (answer.status === 404) return { keys: {}, problems: [] };
  const problem = unreadable(answer, namespace, commands);
  if (problem === undefined) return { keys: rootKeysOf(dataOf(answer)), problems: [] };
  const secret = `the Secret ${namespace}/${objectNames.secrets}`;
  const message = `the root keys in ${secret} cannot be read: ${problem}`;
  return { keys: {}, problems: [{ key: "kubernetes.namespace", message }] };
}

/** The problem and the fix, without a final full stop. */
function unreadable(answer: Answer, namespace: string, commands: Commands): string | undefined {
  const { status, body } = answer;
  const again = "Run the same command again";
  const kubectl = (...words: string[]): string => `\`${commands.kubectl("--namespace", namespace, ...words)}\``;
  if (status === 401) return "the API server rejected your login (401). Log in, then run the same command again";
  if (status === 403) {
    const check = kubectl("auth", "can-i", "get", `secrets/${objectNames.secrets}`);
    return `you may not \`get\` the Secret (403). Request this right in the namespace ${namespace}, then run the same command again; check it with ${check}`;
  }
  if (status !== 200) return `the API server answered ${status}. ${again}`;
  if ((body as { kind?: string } | null | undefined)?.kind !== "Secret") return `the answer is not a Secret. ${again}`;
  if (Object.keys(dataOf(answer)).length > 0) return undefined;
  const look = kubectl("get", "secret", objectNames.secrets, "--output", "yaml");
  return `the Secret has no data. ${again}; delete the Secret if it is also empty in ${look}`;
}

const dataOf = ({ body }: Answer): Record<string, string> => (body as { data?: Record<string, string> }).data ?? {};

/** Without the chart's example keys, which are public. */
function rootKeysOf(data: Record<string, string>): RootKeys {
  const keys = names.map((name) => [name, Buffer.from(data[name] ?? "", "base64").toString()] as const);
  return Object.fromEntries(keys.filter(([, value]) => value !== "" && !value.startsWith("replace_with")));
}

/** Where this stack's keys are from. A deployment cannot tell keys of the state from keys that it has just generated. */
export type KeysFrom = "state" | "unknown";

/** Why these keys must not overwrite the existing ones; undefined if they are equal. The message contains no value. */
export function foreignKeys(
  { context, namespace, stack, keysFrom }: { context: string; namespace: string; stack: string; keysFrom: KeysFrom },
  present: RootKeys,
  ours: RootKeys,
): string | undefined {
  const other = Object.keys(present).filter((name) => name in ours && present[name] !== ours[name]);
  if (other.length === 0) return undefined;
  const secret = `kubectl --context ${context} --namespace ${namespace} delete secret ${objectNames.secrets}`;
  const at = `Secret ${namespace}/${objectNames.secrets}`;
  const restore = `\`${secret}\` and \`pulumi up --refresh --stack ${stack}\``;
  if (keysFrom === "state")
    return (
      `${at}: its ${other.join(", ")} are not this stack's, whose keys are in its state: the Secret was changed, manually or ` +
      "by another stack. The Secret was left as it is. Do not keep the changed keys: data encrypted with this stack's " +
      `would be unreadable. Restore them: ${restore}.`
    );
  return (
    `${at}: has ${other.join(", ")} from another deployment, which this stack would overwrite ` +
    "with new values. That would sign out every user and make encrypted data unreadable. The Secret was left as " +
    `it is. If this stack's state was lost, or it never deployed: keep the existing keys with chatwoot:keptSecrets ` +
    `(docs/migration.md); \`npm run ops -- adopt --stack ${stack}\` prints the steps. If \`pulumi stack output encryptionKeys ` +
    `--stack ${stack}\` prints keys, the Secret was changed: restore it with ${restore}.`
  );
}
