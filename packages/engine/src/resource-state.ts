import type { Props, Value } from "./values.ts";

/** Time limits in seconds, as stored in the state. */
export interface CustomTimeouts {
  create?: number;
  update?: number;
  delete?: number;
  read?: number;
}

/** One resource in the state: the fields of Pulumi's deployment v3, with secret envelopes that hold the plain value. */
export interface ResourceState {
  urn: string;
  custom: boolean;
  /** Already replaced, pending deletion. */
  delete?: boolean;
  id?: string;
  type: string;
  inputs?: Props;
  outputs?: Props;
  parent?: string;
  protect?: boolean;
  /** Read by a getter; the engine does not change or delete it. */
  external?: boolean;
  dependencies?: string[];
  /** Why the existing resource did not become ready. */
  initErrors?: string[];
  provider?: string;
  propertyDependencies?: Record<string, string[]>;
  /** Deleted for a replacement that has not been created yet. */
  pendingReplacement?: boolean;
  additionalSecretOutputs?: string[];
  customTimeouts?: CustomTimeouts;
  retainOnDelete?: boolean;
  deletedWith?: string;
  replaceWith?: string[];
  created?: string;
  modified?: string;
  sourcePosition?: string;
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  replacementTrigger?: Value;
  /** Unknown fields from other engines are kept. */
  [extra: string]: Value;
}

export type OperationType = "creating" | "updating" | "deleting" | "reading";

/** An operation that was started and not finished when the state was written. */
export interface PendingOperation {
  resource: ResourceState;
  type: OperationType;
}

export interface Checkpoint {
  resources: ResourceState[];
  pendingOperations: PendingOperation[];
}

/** The URNs that must outlive this resource. */
export function urnsUsedBy(resource: ResourceState): string[] {
  return [
    ...(resource.parent === undefined ? [] : [resource.parent]),
    ...(resource.deletedWith === undefined ? [] : [resource.deletedWith]),
    ...(resource.provider === undefined ? [] : [resource.provider.slice(0, resource.provider.lastIndexOf("::"))]),
    ...(resource.dependencies ?? []),
    ...Object.values(resource.propertyDependencies ?? {}).flat(),
  ];
}

/** The resource with updated references to renamed resources (found by an alias). */
export function renameReferences(resource: ResourceState, renames: ReadonlyMap<string, string>): ResourceState {
  if (renames.size === 0) return resource;
  const now = (urn: string): string => renames.get(urn) ?? urn;
  const result: ResourceState = { ...resource };
  if (result.parent !== undefined) result.parent = now(result.parent);
  if (result.deletedWith !== undefined) result.deletedWith = now(result.deletedWith);
  if (result.provider !== undefined) {
    const end = result.provider.lastIndexOf("::");
    result.provider = now(result.provider.slice(0, end)) + result.provider.slice(end);
  }
  if (result.dependencies !== undefined) result.dependencies = result.dependencies.map(now);
  if (result.replaceWith !== undefined) result.replaceWith = result.replaceWith.map(now);
  if (result.propertyDependencies !== undefined) {
    const entries = Object.entries(result.propertyDependencies).map(([key, urns]) => [key, urns.map(now)] as const);
    result.propertyDependencies = Object.fromEntries(entries);
  }
  return result;
}
