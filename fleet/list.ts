import { z } from "zod";
import { versions } from "../config/versions.ts";

/** Part of an object's name, short enough for the operator's suffixes. */
const name = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
    "is not a valid name. Use at most 40 lower case letters, digits and hyphens, starting with a letter",
  );
const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, "is not a valid variable name. Use capital letters, digits and underscores");
const key = z
  .string()
  .regex(/^[a-z][\w-]*:[\w.-]+$/, "is not a valid configuration key. Use a key with its project, such as chatwoot:url");

/** A value in a Secret of the fleet's namespace. */
const inSecret = z.strictObject({ secret: z.string().min(1), key: z.string().min(1) });
export type InSecret = z.output<typeof inSecret>;

const resources = z.strictObject({
  /** Memory request and limit of each workspace, in MiB. Default: 1024. */
  memoryMb: z.int().min(512).max(16384).default(1024),
});

const environment = z.strictObject({
  /** Name of the environment's objects. A change creates a new Stack object for the same state. */
  name,
  /** Full name of the stack: `organization/stack`, or `stack` in a backend without organizations. */
  stack: z.string().regex(/^[\w.-]+(\/[\w.-]+){0,2}$/, "is not a valid stack name. Use organization/stack"),
  /** Plain settings in addition to the stack file in the repository. */
  config: z.record(key, z.json()).default({}),
  /** Secret settings, read from Secrets of the cluster. */
  secrets: z.record(key, inSecret).default({}),
  /** Environment variables, such as FLY_API_TOKEN; they override those of the list. */
  env: z.record(variable, inSecret).default({}),
  /** Name of a Secret with the kubeconfig of the stack's cluster in its key `config`. */
  kubeconfigSecret: z.string().min(1).optional(),
  /** Environments to deploy first, such as a canary. Default: none. */
  after: z.array(name).default([]),
  /** Only preview. Default: false. */
  previewOnly: z.boolean().default(false),
  /** Branch, tag or commit of this environment. Default: `source.branch`. */
  revision: z.string().min(1).optional(),
});
export type Environment = z.output<typeof environment>;

/** The list of environments that the operator runs. */
export const fleetList = z
  .strictObject({
    /** Namespace of the Stack objects and their Secrets. */
    namespace: name,
    source: z.strictObject({
      /** URL of this program's repository, https or ssh. */
      repository: z.string().regex(/^(https:\/\/|ssh:\/\/|git@)\S+$/, "is not a valid repository URL. Use https://…"),
      /** Branch to deploy. Default: main. */
      branch: z.string().min(1).default("main"),
      /** Access token of a private repository. Default: none. */
      token: inSecret.optional(),
    }),
    /** URL of the state backend. Default: Pulumi Cloud. */
    backend: z.string().min(1).optional(),
    /** Image with Pulumi and Node.js, and with flyctl for stacks on Fly. Default: Pulumi's image. */
    image: z.string().min(1).default(versions.pulumiImage),
    resources: resources.prefault({}),
    /** Environment variables of all environments, such as PULUMI_ACCESS_TOKEN or PULUMI_CONFIG_PASSPHRASE. */
    env: z.record(variable, inSecret).default({}),
    /** Minutes between checks of the branch. Default: 5. */
    pollMinutes: z.int().min(1).max(1440).default(5),
    environments: z.array(environment).min(1),
  })
  .superRefine(({ environments }, context) => {
    const report = (index: number, field: string, message: string): void =>
      context.addIssue({ code: "custom", path: ["environments", index, field], message });
    const seen = { name: new Set<string>(), stack: new Set<string>() };
    const byName = new Map(environments.map((each) => [each.name, each]));
    for (const [index, each] of environments.entries()) {
      for (const field of ["name", "stack"] as const) {
        if (seen[field].has(each[field])) report(index, field, `${each[field]} is used twice. Use a unique ${field}`);
        seen[field].add(each[field]);
      }
      const both = Object.keys(each.config).filter((setting) => setting in each.secrets);
      if (both.length > 0) report(index, "config", `${both.join(", ")} is also set in secrets. Remove one of the two`);
      const unknown = each.after.filter((other) => !byName.has(other));
      if (unknown.length > 0)
        report(index, "after", `${unknown.join(", ")} is not in the list. Add it or remove it here`);
      if (waitsForItself(each, byName)) report(index, "after", "depends on itself. Remove the cycle");
    }
  });
export type FleetList = z.output<typeof fleetList>;

function waitsForItself({ name: wanted, after }: Environment, byName: ReadonlyMap<string, Environment>): boolean {
  const seen = new Set<string>();
  const reaches = (each: string): boolean => {
    if (each === wanted) return true;
    if (seen.has(each)) return false;
    seen.add(each);
    return (byName.get(each)?.after ?? []).some(reaches);
  };
  return after.some(reaches);
}
