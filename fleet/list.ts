import { z } from "zod";
import { versions } from "../config/versions.ts";

/** Part of the name of a Kubernetes object, short enough for what the operator appends. */
const name = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
    "is no name. Use lower case letters, digits and hyphens, 40 at most, with a letter first",
  );
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, "is no variable. Use capital letters, digits and underscores");
const key = z
  .string()
  .regex(/^[a-z][\w-]*:[\w.-]+$/, "is no key of a stack. Write it with its project, as chatwoot:url");

/** A value that lies in a Secret of the fleet's namespace, so that the list holds none. */
const inSecret = z.strictObject({ secret: z.string().min(1), key: z.string().min(1) });
export type InSecret = z.output<typeof inSecret>;

const resources = z.strictObject({
  /** Request and limit, so that a node is not filled by previews. Default 1024. */
  memoryMb: z.int().min(512).max(16384).default(1024),
});

const environment = z.strictObject({
  /** Of its objects. A change makes another Stack object for the same state. */
  name,
  /** The stack's whole name, `organization/stack` or, in a backend without organizations, `stack`. */
  stack: z.string().regex(/^[\w.-]+(\/[\w.-]+){0,2}$/, "is no name of a stack. Write it as organization/stack"),
  /** Settings beyond those of the stack file in the repository; they are not secret. */
  config: z.record(key, z.json()).default({}),
  /** Secret settings, each in a Secret of the cluster. */
  secrets: z.record(key, inSecret).default({}),
  /** Further variables, such as FLY_API_TOKEN; they win over those of all. */
  env: z.record(variable, inSecret).default({}),
  /** Name of a Secret whose key `config` is the kubeconfig of the cluster that the stack deploys to. */
  kubeconfigSecret: z.string().min(1).optional(),
  /** Environments that must have been deployed before, such as a first customer who takes every version first. */
  after: z.array(name).default([]),
  /** Only previews; nothing is changed. Default false. */
  previewOnly: z.boolean().default(false),
  /** Another branch, tag or commit than all have, for instance to hold one back. */
  revision: z.string().min(1).optional(),
});
export type Environment = z.output<typeof environment>;

/** Every environment that the operator runs. */
export const fleetList = z
  .strictObject({
    /** Where the Stack objects and their Secrets lie. */
    namespace: name,
    source: z.strictObject({
      /** Repository of this program, as https or ssh address. */
      repository: z
        .string()
        .regex(/^(https:\/\/|ssh:\/\/|git@)\S+$/, "is no address of a repository. Write it as https://…"),
      /** Branch that is followed. Default main. */
      branch: z.string().min(1).default("main"),
      /** Access to a private repository. Default none. */
      token: inSecret.optional(),
    }),
    /** Where the states lie. Default Pulumi Cloud. */
    backend: z.string().min(1).optional(),
    /** Image with Pulumi and Node.js; stacks on Fly need flyctl in it too. Default Pulumi's own. */
    image: z.string().min(1).default(versions.pulumiImage),
    resources: resources.prefault({}),
    /** Variables that all have, such as PULUMI_ACCESS_TOKEN or PULUMI_CONFIG_PASSPHRASE. */
    env: z.record(variable, inSecret).default({}),
    /** How often the branch is looked at. Default 5. */
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
        if (seen[field].has(each[field]))
          report(index, field, `is ${each[field]}, as another one has. Each has its own`);
        seen[field].add(each[field]);
      }
      const both = Object.keys(each.config).filter((setting) => setting in each.secrets);
      if (both.length > 0) report(index, "config", `has ${both.join(", ")}, and so has secrets. Remove one of the two`);
      const unknown = each.after.filter((other) => !byName.has(other));
      if (unknown.length > 0) report(index, "after", `names ${unknown.join(", ")}, which is not in the list`);
      if (waitsForItself(each, byName)) report(index, "after", "leads back to itself, so that none could begin");
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
