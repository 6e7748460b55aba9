import type { ChangeKind, Path } from "./paths.ts";
import type { Props } from "./values.ts";

/** The context of a provider operation on a resource. */
export interface ProviderContext {
  urn: string;
  /** The resource's logical name. */
  name: string;
  /** The resource's type token, `pkg:module:Type`. */
  type: string;
  /** True in a preview: changes are not allowed, and unknown values are `unknownMarker`. */
  preview: boolean;
  /** The project's folder; relative paths in inputs are relative to it. */
  projectDir: string;
  /** The time limit that the program set for this operation by `customTimeouts`, in seconds. */
  timeoutSeconds?: number;
  /** Aborted when the run is cancelled; a provider then stops waiting. */
  signal: AbortSignal;
  warn(message: string): void;
  /** Logs a line about this resource, such as output of a command. */
  info(message: string): void;
  /** Shows the current status of a wait; not stored. */
  status(message: string): void;
}

export interface PropertyChange {
  path: Path;
  kind: ChangeKind;
  /** True if this change requires a replacement. */
  replace?: boolean;
  /** Only an option of the program requires it, for a part of the property, so the property is not among the keys. */
  byOption?: boolean;
}

export interface DiffResult {
  /** Empty if nothing changes. */
  changes: PropertyChange[];
  /** What forces a replacement besides the changes, for instance another provider. */
  forcedBy?: string[];
  /** True if old and new resource cannot exist at the same time. */
  deleteBeforeReplace?: boolean;
}

export interface CheckFailure {
  property: string;
  reason: string;
}

/** A child that a remote component registers. */
export interface ChildGoal {
  type: string;
  name: string;
  props: Props;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
  retainOnDelete?: boolean;
}

export interface RegisteredChild {
  urn: string;
  /** Empty in a preview of a resource that does not exist yet. */
  id: string;
  outputs: Props;
}

/**
 * One configured provider of one package. Inputs have no secret envelopes; the engine marks outputs as secret if an input
 * was secret, and the provider adds envelopes (`secret`) to values that are always secret. Inputs of `check`, `diff`,
 * `create` and `update` can contain `unknownMarker` in a preview.
 */
export interface Provider {
  /** Fills defaults (autonaming) and refuses what is invalid; `olds` are the inputs of the last deployment. */
  check?(
    news: Props,
    olds: Props | undefined,
    context: ProviderContext,
  ): Promise<{ inputs: Props; failures?: CheckFailure[] }>;
  /** If omitted, every differing leaf of the inputs is an update. */
  diff?(oldInputs: Props, oldOutputs: Props, newInputs: Props, context: ProviderContext): Promise<DiffResult>;
  create(inputs: Props, context: ProviderContext): Promise<{ id: string; outputs: Props }>;
  update?(id: string, oldInputs: Props, oldOutputs: Props, newInputs: Props, context: ProviderContext): Promise<Props>;
  delete?(id: string, inputs: Props, outputs: Props, context: ProviderContext): Promise<void>;
  /** The current state of the resource, and the inputs that a refresh stores; undefined if it does not exist. */
  read?(
    id: string,
    inputs: Props,
    context: ProviderContext,
  ): Promise<{ id: string; outputs: Props; inputs?: Props } | undefined>;
  invoke?(token: string, args: Props, context: ProviderContext): Promise<Props>;
  /** Remote components: registers the children and returns the component's outputs. */
  construct?(
    inputs: Props,
    context: ProviderContext,
    child: (goal: ChildGoal) => Promise<RegisteredChild>,
  ): Promise<Props>;
  /**
   * Compares two configurations of the provider. A change with `replace` means that the new configuration cannot manage
   * resources of the old one. If omitted, every configuration can manage every resource.
   */
  diffConfig?(oldConfig: Props, newConfig: Props): Promise<DiffResult>;
  /** Called once when the run ends. */
  close?(): Promise<void>;
}

/** Creates a provider from its configuration (the inputs of its provider resource, without secret envelopes). */
export type ProviderFactory = (config: Props, context: { projectDir: string }) => Provider;

/**
 * The resource exists but did not become ready. Its state is kept with the reasons, and the next run continues with it
 * instead of creating it again.
 */
export class InitializationError extends Error {
  readonly id: string;
  readonly outputs: Props;
  readonly reasons: string[];
  constructor(id: string, outputs: Props, reasons: string[]) {
    super(reasons.join("\n"));
    this.name = "InitializationError";
    this.id = id;
    this.outputs = outputs;
    this.reasons = reasons;
  }
}

export type { Props };
