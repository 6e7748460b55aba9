import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { secret, type Props } from "pulumi-embedded-engine";
import { kinds } from "kubernetes-sandbox/client";
import { crdSetNames } from "kubernetes-sandbox/tools";
import { sandboxProject } from "./folders.ts";
import { UserError } from "../../lib/user-error.ts";

const storageClass = z.strictObject({
  name: z.string(),
  volumeBindingMode: z.enum(["Immediate", "WaitForFirstConsumer"]).default("WaitForFirstConsumer"),
  accessModes: z
    .array(z.enum(["ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany"]))
    .default(["ReadWriteOnce"]),
});

const schema = z.strictObject({
  /** Values by `namespace:key`, merged over the stack file; objects are merged key by key. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** Secrets by `namespace:key`, merged over the stack file encrypted. */
  secrets: z.record(z.string(), z.string()).default({}),
  /** Store the facts of the support pipeline in a local PostgreSQL. Default: false. */
  facts: z.boolean().default(false),
  /** For stacks on Kubernetes: the cluster before the stack is deployed. */
  cluster: z
    .strictObject({
      context: z.string(),
      storageClasses: z.array(storageClass).default([]),
      ingressClasses: z.array(z.strictObject({ name: z.string() })).default([]),
      /** Installed CRDs of operators. Default: all that the sandbox has, so that overlays can use any of them. */
      crds: z.array(z.enum(crdSetNames)).default([...crdSetNames]),
      /** Other existing objects: certificate issuers, Gateways, secret stores. */
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
  /** For stacks on Fly: the account before the stack is deployed. */
  fly: z.strictObject({ organizations: z.array(z.string()).min(1) }).optional(),
});

/** The sandbox's values for a stack, from `sandbox/values/STACK.yaml`. */
export type SandboxValues = z.output<typeof schema>;

const folder = (): string => join(sandboxProject(), "sandbox", "values");

/** The sandbox's stacks in reverse alphabetical order: staging before prod. */
export async function sandboxStacks(): Promise<string[]> {
  const files = (existsSync(folder()) ? await readdir(folder()) : []).filter((file) => file.endsWith(".yaml"));
  return files
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort()
    .reverse();
}

export async function readValues(stack: string): Promise<SandboxValues> {
  const file = join(folder(), `${stack}.yaml`);
  if (!existsSync(file)) {
    const known = (await sandboxStacks()).join(" or ");
    throw new UserError(
      `--stack ${stack}: the sandbox has no values for this stack. ${known && `Use ${known}, or `}create sandbox/values/${stack}.yaml.`,
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
 * Values from the file in `CHATWOOT_SANDBOX_OVERLAY`, merged over every stack's values, for tests and experiments. Keys
 * are `namespace:key`, as in a stack file: `config:` in plaintext, with objects merged key by key, and `secrets:`
 * encrypted.
 */
export function readOverlay(): Props {
  const file = process.env["CHATWOOT_SANDBOX_OVERLAY"];
  if (file === undefined || file === "") return {};
  const where = "CHATWOOT_SANDBOX_OVERLAY";
  if (!existsSync(file)) throw new UserError(`${where}: ${file} does not exist. Create it, or unset the variable.`);
  const result = overlaySchema.safeParse(parseYaml(readFileSync(file, "utf8"), where));
  if (!result.success) throw new UserError(`${where}: ${file}: ${z.prettifyError(result.error)}. Correct the file.`);
  const { config, secrets } = result.data;
  return { ...config, ...asSecrets(secrets) };
}

/** Marks the values as secrets, so that the stack file stores them encrypted. */
export function asSecrets(values: Record<string, string>): Props {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, secret(value)]));
}

function parseYaml(text: string, where: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (error) {
    throw new UserError(`${where}: invalid YAML: ${(error as Error).message}`, { cause: error });
  }
}
