import type { DiffKind, Op } from "./events.ts";
import type { CustomTimeouts, ResourceState } from "./resource-state.ts";
import type { Alias, Goal } from "./goals.ts";
import type { StepDiff } from "./diffs.ts";
import { urnName } from "./urn.ts";
import type { Props, Value } from "./values.ts";

/**
 * One step of a run with its plan. Values are in wire format: secrets in envelopes, unknowns as the unknown marker.
 */
export interface Step {
  op: Op;
  urn: string;
  type: string;
  name: string;
  custom: boolean;
  id?: string;
  parent?: string;
  provider?: string;
  protect: boolean;
  retainOnDelete: boolean;
  external: boolean;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  /** The new inputs; of a delete, the old ones. */
  inputs: Props;
  oldInputs?: Props;
  /** Set when the step is done. */
  outputs?: Props;
  oldOutputs?: Props;
  diffs?: string[];
  replaceKeys?: string[];
  detailedDiff?: Record<string, { kind: DiffKind }>;
  additionalSecretOutputs: string[];
  aliases: Alias[];
  customTimeouts?: CustomTimeouts;
  deleteBeforeReplace?: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  deletedWith?: string;
  replaceWith: string[];
  replacementTrigger?: Value;
  sourcePosition?: string;
  /** Set when the step failed. */
  failed?: boolean;
}

export interface StepParts {
  old?: ResourceState | undefined;
  new?: ResourceState | undefined;
  goal?: Goal | undefined;
  diff?: StepDiff | undefined;
}

export function makeStep(op: Op, { old, new: next, goal, diff }: StepParts): Step {
  const resource = (next ?? old) as ResourceState;
  const before = next === undefined ? undefined : old;
  return {
    op,
    urn: resource.urn,
    type: resource.type,
    name: urnName(resource.urn),
    custom: resource.custom,
    protect: resource.protect === true,
    retainOnDelete: resource.retainOnDelete === true,
    external: resource.external === true,
    dependencies: resource.dependencies ?? [],
    propertyDependencies: resource.propertyDependencies ?? {},
    inputs: resource.inputs ?? {},
    additionalSecretOutputs: resource.additionalSecretOutputs ?? [],
    aliases: goal?.aliases ?? [],
    ignoreChanges: resource.ignoreChanges ?? [],
    replaceOnChanges: resource.replaceOnChanges ?? [],
    replaceWith: resource.replaceWith ?? [],
    ...defined({
      id: resource.id,
      parent: resource.parent,
      provider: resource.provider,
      oldInputs: before?.inputs,
      oldOutputs: old?.outputs,
      outputs: resource.outputs,
      customTimeouts: resource.customTimeouts,
      deleteBeforeReplace: goal?.deleteBeforeReplace,
      deletedWith: resource.deletedWith,
      replacementTrigger: resource.replacementTrigger,
      sourcePosition: resource.sourcePosition,
    }),
    ...diff,
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The object without the keys whose value is undefined. */
export function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
