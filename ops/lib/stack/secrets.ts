import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc.js";
import { z } from "zod";
import { StepProblem } from "../../../lib/problem.ts";
import { loadDevelopment } from "../development.ts";

const document = z.object({
  deployment: z.object({
    secrets_providers: z
      .object({ type: z.string().optional(), state: z.object({ salt: z.string().optional() }).optional() })
      .optional(),
  }),
});

/** Decrypts the secrets of a deployment export. An export made with `--show-secrets` needs no passphrase. */
export async function decryptSecrets(value: unknown, deploymentText: string): Promise<unknown> {
  const provider = document.safeParse(JSON.parse(deploymentText)).data?.deployment.secrets_providers;
  const salt = provider?.state?.salt;
  const passphrase = process.env["PULUMI_CONFIG_PASSPHRASE"];
  const crypter = salt === undefined || passphrase === undefined ? undefined : await crypterOf(passphrase, salt);
  const open = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(open);
    if (typeof each !== "object" || each === null) return each;
    const entry = each as Record<string, unknown>;
    if (entry[specialSigKey] !== specialSecretSig)
      return Object.fromEntries(Object.entries(entry).map(([key, inner]) => [key, open(inner)]));
    if (typeof entry["plaintext"] === "string") return open(JSON.parse(entry["plaintext"]));
    if (crypter === undefined) return refused();
    return open(JSON.parse(crypter.decrypt(String(entry["ciphertext"]))));
  };
  return open(value);
}

/** The embedded engine's, which seals as Pulumi does: only development installs have it. */
async function crypterOf(passphrase: string, salt: string) {
  const load = () => import("pulumi-embedded-engine/passphrase");
  const { openCrypter } = await loadDevelopment("CHATWOOT_STATE_FILE", load);
  return openCrypter(passphrase, salt).catch(refused);
}

function refused(): never {
  throw new StepProblem(
    "CHATWOOT_STATE_FILE",
    "the secrets in the file cannot be decrypted",
    "Set PULUMI_CONFIG_PASSPHRASE to the passphrase of the export, or unset CHATWOOT_STATE_FILE to read the stack from Pulumi",
  );
}
