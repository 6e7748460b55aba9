import type { ChangeKind, Path } from "./paths.ts";
import type { Props } from "./values.ts";

/** What a provider is told about the resource it works on. */
export interface ProviderContext {
  urn: string;
  /** The resource's logical name. */
  name: string;
  /** The resource's type token, `pkg:module:Type`. */
  type: string;
  /** True in a preview: nothing may be changed, and what is not known yet is `UNKNOWN`. */
  preview: boolean;
  /** The project's folder; relative paths in inputs are relative to it. */
  projectDir: string;
  /** The time limit that the program set for this operation by `customTimeouts`, in seconds. */
  timeoutSeconds?: number;
  /** Aborted when the run is cancelled; a provider stops what it waits for. */
  signal: AbortSignal;
  warn(message: string): void;
  /** A line about this resource, such as what a command prints. */
  info(message: string): void;
  /** How a wait goes, for whoever is looking at that moment; not kept. */
  status(message: string): void;
}

export interface PropertyChange {
  path: Path;
  kind: ChangeKind;
  /** True where this change cannot be made to the living resource. */
  replace?: boolean;
}

export interface DiffResult {
  /** Empty: nothing to do. */
  changes: PropertyChange[];
  /** True where old and new cannot exist side by side. */
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
 * One configured provider of one package. Inputs come without secret envelopes; the engine puts secretness back on the
 * outputs wherever an input was secret, and a provider adds envelopes of its own (`secret`) for what is always secret.
 * Inputs of `check`, `diff`, `create` and `update` can hold `UNKNOWN` in a preview.
 */
export interface Provider {
  /** Fills defaults (autonaming) and refuses what is invalid; `olds` are the inputs of the last deployment. */
  check?(
    news: Props,
    olds: Props | undefined,
    context: ProviderContext,
  ): Promise<{ inputs: Props; failures?: CheckFailure[] }>;
  /** Without it, every differing leaf of the inputs is an update. */
  diff?(oldInputs: Props, oldOutputs: Props, newInputs: Props, context: ProviderContext): Promise<DiffResult>;
  create(inputs: Props, context: ProviderContext): Promise<{ id: string; outputs: Props }>;
  update?(id: string, oldInputs: Props, oldOutputs: Props, newInputs: Props, context: ProviderContext): Promise<Props>;
  delete?(id: string, inputs: Props, outputs: Props, context: ProviderContext): Promise<void>;
  /** The resource as it is now; undefined where it does not exist. */
  read?(id: string, inputs: Props, context: ProviderContext): Promise<{ id: string; outputs: Props } | undefined>;
  invoke?(token: string, args: Props, context: ProviderContext): Promise<Props>;
  /** Remote components: registers the children and returns the component's outputs. */
  construct?(
    inputs: Props,
    context: ProviderContext,
    child: (goal: ChildGoal) => Promise<RegisteredChild>,
  ): Promise<Props>;
  /**
   * Compares two configurations of the provider; a change with `replace` says that resources of the old one cannot be
   * managed by the new one. Without it, any configuration can take any resource over.
   */
  diffConfig?(oldConfig: Props, newConfig: Props): Promise<DiffResult>;
  /** Called once when the run ends. */
  close?(): Promise<void>;
}

/** Makes a provider from its configuration (the inputs of its provider resource, without secret envelopes). */
export type ProviderFactory = (config: Props, context: { projectDir: string }) => Provider;

/**
 * The resource exists but did not become ready. Its state is kept, with the reasons, and the next run takes it up
 * again instead of creating it twice.
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
