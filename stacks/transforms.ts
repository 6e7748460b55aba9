import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "../components/chatwoot/known-value.ts";
import type { PropsByType } from "./transforms/props.ts";

export { merge } from "./transforms/merge.ts";

/** A resource, as the stack or a chart of the stack registers it. */
export interface StackResource<Props = Record<string, unknown>> {
  /** Type token, for instance `kubernetes:apps/v1:Deployment`. */
  type: string;
  /** Pulumi's name, the last part of the URN, for instance `redis-server`. */
  name: string;
  /** The stack's component that it belongs to, for instance `chatwoot:kubernetes:Redis`; undefined outside a component. */
  component: string | undefined;
  /** Plain values. A secret, and in a preview a value that is not known yet, is an Output instead. */
  props: Props;
  opts: pulumi.ResourceOptions;
}

/** What changes: the whole properties, or options, which are merged over the stack's own. */
export interface Change {
  props?: object;
  opts?: pulumi.CustomResourceOptions;
}

type Changed = Change | undefined;

/** Returns what changes in a resource; undefined without a change. */
export type Transform = (resource: StackResource) => Changed | Promise<Changed>;

/** A transform of one type of resource, with typed properties. */
export function on<Type extends keyof PropsByType>(
  type: Type,
  change: (resource: StackResource<PropsByType[Type]>) => Changed | Promise<Changed>,
): Transform {
  const typed = change as unknown as Transform;
  return (resource) => (resource.type === type ? typed(resource) : undefined);
}

const fileName = "transforms.ts";

/** The default export of `transforms.ts` in the project's folder; none without the file. */
export async function projectTransforms(folder: string): Promise<readonly Transform[]> {
  const path = join(folder, fileName);
  if (!existsSync(path)) return [];
  let found: unknown;
  try {
    ({ default: found } = (await import(pathToFileURL(path).href)) as { default?: unknown });
  } catch (error) {
    throw new pulumi.RunError(`${fileName}: cannot be loaded: ${messageOf(error)}. Correct it, or remove the file.`);
  }
  if (Array.isArray(found) && found.every((each) => typeof each === "function")) return found as Transform[];
  throw new pulumi.RunError(
    `${fileName}: its default export is not a list of functions. Write \`export default [transform] satisfies Transform[]\`.`,
  );
}

/** Lets the transforms, in their order, change every resource registered from now on, those of charts too. */
export function registerTransforms(transforms: readonly Transform[]): void {
  transforms.forEach((transform, index) => {
    const where = `transforms[${index}]${transform.name ? ` (${transform.name})` : ""}`;
    pulumi.runtime.registerResourceTransform(async ({ type, name, props, opts }) => {
      const resource = { type, name, props, opts, component: await componentOf(opts) };
      let change: Changed;
      try {
        change = await transform(resource);
      } catch (error) {
        throw new Error(`${where}: failed for ${type} ${name}: ${messageOf(error)}. Correct it.`, { cause: error });
      }
      if (change === undefined || change === null) return undefined;
      const problem = problemOf(change);
      if (problem !== undefined)
        throw new Error(
          `${where}: returned ${problem} for ${type} ${name}. Return { props }, { opts } or both; undefined without a change.`,
        );
      return { props: change.props ?? props, opts: optionsOf(opts, change) };
    });
  });
}

/** Without options of the transform the SDK passes on the stack's own, which are more than it can read. */
function optionsOf(opts: pulumi.CustomResourceOptions, change: Change): pulumi.ResourceOptions {
  if (change.opts === undefined) return undefined as unknown as pulumi.ResourceOptions;
  // The SDK reads an unset "delete before replace" as false: see components/kubernetes/transform.ts.
  const { deleteBeforeReplace: _unset, ...own } = opts;
  return { ...own, ...change.opts };
}

function problemOf(change: unknown): string | undefined {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !pulumi.Output.isInstance(value);
  if (!isObject(change)) return Array.isArray(change) ? "a list" : `a ${typeof change}`;
  const strangers = Object.keys(change).filter((key) => key !== "props" && key !== "opts");
  if (strangers.length > 0) return `an object with ${strangers.join(", ")}`;
  const wrong = (["props", "opts"] as const).filter((key) => change[key] !== undefined && !isObject(change[key]));
  return wrong.length > 0 ? `${wrong.join(" and ")} that are not an object` : undefined;
}

/** From the types in the parent's URN. */
async function componentOf({ parent }: pulumi.ResourceOptions): Promise<string | undefined> {
  const urn = parent && (await knownValue(parent.urn));
  const types = urn?.split("::")[2]?.split("$") ?? [];
  return types.findLast((type) => type.startsWith("chatwoot:"));
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
