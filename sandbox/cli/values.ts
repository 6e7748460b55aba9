import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { secret, type Props } from "pulumi-embedded-engine";
import { kinds } from "kubernetes-sandbox/client";
import { crdSetNames } from "kubernetes-sandbox/tools";
import { UserError } from "../../lib/user-error.ts";

const storageClass = z.strictObject({
  name: z.string(),
  volumeBindingMode: z.enum(["Immediate", "WaitForFirstConsumer"]).default("WaitForFirstConsumer"),
  accessModes: z
    .array(z.enum(["ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany"]))
    .default(["ReadWriteOnce"]),
});

const schema = z.strictObject({
  /** By `namespace:key`: laid over the stack file as it stands, objects key by key. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** By `namespace:key`: laid over the stack file, encrypted. */
  secrets: z.record(z.string(), z.string()).default({}),
  /** Whether its support pipeline keeps its facts in a PostgreSQL of this machine. Default false. */
  facts: z.boolean().default(false),
  /** For stacks on Kubernetes: the cluster as it is before the stack comes. */
  cluster: z
    .strictObject({
      context: z.string(),
      storageClasses: z.array(storageClass).default([]),
      ingressClasses: z.array(z.strictObject({ name: z.string() })).default([]),
      /** The operators' definitions that it has. Default all that the sandbox knows, so that overlays can use any. */
      crds: z.array(z.enum(crdSetNames)).default([...crdSetNames]),
      /** What else there is: issuers of certificates, Gateways, stores of secrets. */
      objects: z
        .array(
          z.looseObject({
            kind: z.enum(kinds),
            metadata: z.strictObject({ name: z.string(), namespace: z.string().optional() }),
          }),
        )
        .default([]),
    })
    .optional(),
  /** For stacks on Fly: the account as it is before the stack comes. */
  fly: z.strictObject({ organizations: z.array(z.string()).min(1) }).optional(),
});

/** What the sandbox knows about a stack, from `sandbox/values/STACK.yaml`. */
export type SandboxValues = z.output<typeof schema>;

const folder = new URL("../values/", import.meta.url);

/** The stacks that the sandbox can run, in alphabetical order from the last: staging before prod. */
export async function sandboxStacks(): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".yaml"));
  return files
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort()
    .reverse();
}

export async function readValues(stack: string): Promise<SandboxValues> {
  const file = new URL(`${stack}.yaml`, folder);
  if (!existsSync(file)) {
    const known = (await sandboxStacks()).join(" or ");
    throw new UserError(
      `--stack ${stack}: the sandbox has no values for this stack. Use ${known}, or write sandbox/values/${stack}.yaml.`,
    );
  }
  const result = schema.safeParse(parse(readFileSync(file, "utf8")) ?? {});
  if (!result.success)
    throw new UserError(`sandbox/values/${stack}.yaml: ${z.prettifyError(result.error)}. Correct the file.`);
  return result.data;
}

const overlaySchema = z.strictObject({
  config: z.record(z.string(), z.unknown()).default({}),
  secrets: z.record(z.string(), z.string()).default({}),
});

/**
 * For tests and for trying things out: the values in the file that `CHATWOOT_SANDBOX_OVERLAY` names, laid over those of
 * every stack that runs. By `namespace:key`, as in a stack file: `config:` as it stands, objects key by key, and
 * `secrets:` encrypted.
 */
export function readOverlay(): Props {
  const file = process.env["CHATWOOT_SANDBOX_OVERLAY"];
  if (file === undefined || file === "") return {};
  const where = "CHATWOOT_SANDBOX_OVERLAY";
  if (!existsSync(file)) throw new UserError(`${where}: no file ${file}. Write it, or unset the variable.`);
  const result = overlaySchema.safeParse(parseYaml(readFileSync(file, "utf8"), where));
  if (!result.success) throw new UserError(`${where}: ${file}: ${z.prettifyError(result.error)}. Correct the file.`);
  const { config, secrets } = result.data;
  return { ...config, ...asSecrets(secrets) };
}

/** The values in envelopes, so that the stack file holds them encrypted. */
export function asSecrets(values: Record<string, string>): Props {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, secret(value)]));
}

function parseYaml(text: string, where: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (error) {
    throw new UserError(`${where}: not YAML: ${(error as Error).message}`, { cause: error });
  }
}
