import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { gunzipSync, gzipSync } from "node:zlib";
import { openDeployment, parseDeployment, renderDeployment, Sealer } from "pulumi-embedded-engine/deployment-file";
import { openCrypter, type Checkpoint } from "pulumi-embedded-engine";
import type { State as FlyAccount } from "flyctl-stand-in";
import type { Any, StackName } from "../../helpers/stack-files.ts";

/** A stack that an earlier version of this program deployed, in tests/processes/update/recorded. */
export interface RecordedStack {
  stack: StackName;
  /** Its configuration at that time. */
  config: { settings: Record<string, Any>; secrets: Record<string, string> };
  /** Its Pulumi state. */
  checkpoint: Checkpoint;
  /** The state of flyctl's stand-in afterwards. */
  account: FlyAccount;
}

export const recordedNames = ["staging", "prod", "everything-on-fly", "everything-on-kubernetes"] as const;
export type RecordedName = (typeof recordedNames)[number];

/** Protects nothing: every secret in the recordings is made up or generated for them. */
const passphrase = "recorded";

const fileOf = (name: string): URL => new URL(`recorded/${name}.json.gz`, import.meta.url);

export async function readRecorded(name: RecordedName): Promise<RecordedStack> {
  const { stack, config, account, state } = JSON.parse(gunzipSync(readFileSync(fileOf(name))).toString());
  const stored = parseDeployment(JSON.stringify(state), name);
  const crypter = await openCrypter(passphrase, stored.salt);
  return {
    stack,
    config,
    account: JSON.parse(gunzipSync(Buffer.from(crypter.decrypt(account), "base64")).toString()),
    checkpoint: openDeployment(stored, new Sealer(crypter), crypter),
  };
}

/**
 * Writes a stack in the format of `pulumi stack export`, with its secrets encrypted and without this machine's paths.
 */
export async function writeRecorded(
  name: RecordedName,
  { stack, config, checkpoint, account }: RecordedStack,
): Promise<void> {
  const crypter = await openCrypter(passphrase);
  const resources = checkpoint.resources.map(({ sourcePosition: _, ...resource }) => resource);
  const state: unknown = JSON.parse(renderDeployment({ ...checkpoint, resources }, new Sealer(crypter)));
  const sealed = crypter.encrypt(gzipSync(JSON.stringify(account), { level: 9 }).toString("base64"));
  let text = JSON.stringify({ stack, config, account: sealed, state });
  if (process.env["KUBECONFIG"]) text = text.replaceAll(process.env["KUBECONFIG"], recordedKubeconfig);
  text = text.replaceAll(`${tmpdir()}/`, "recorded/");
  writeFileSync(fileOf(name), gzipSync(text, { level: 9 }));
}

/** The placeholder for a kubeconfig's path in the states. */
export const recordedKubeconfig = "recorded/kubeconfig";

/** A recorded configuration, with the chart from this repository if it has one. */
export function withOwnChart(config: RecordedStack["config"]): RecordedStack["config"] {
  const own = structuredClone(config);
  if (own.settings["target"] === "kubernetes") own.settings["kubernetes"].chart = { path: "./sandbox/chart" };
  return own;
}
