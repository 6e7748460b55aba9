import type { Callback, CallbackClient } from "./callbacks.ts";
import { messageOf, UnavailableError } from "./errors.ts";
import type { Goal } from "./goals.ts";
import { Journal } from "./journal.ts";
import type { EngineEvent } from "./events.ts";
import type { Project } from "./project.ts";
import type { ProviderContext, ProviderFactory } from "./provider.ts";
import { ProviderRegistry } from "./provider-registry.ts";
import { renameReferences } from "./resource-state.ts";
import type { Checkpoint, PendingOperation, ResourceState } from "./resource-state.ts";
import { Slots } from "./slots.ts";
import type { StackConfig } from "./stack-config.ts";
import type { StateStore } from "./state-store.ts";
import { stackType, urnName, urnType } from "./urn.ts";
import { secret, type Props } from "./values.ts";

export interface DeploymentOptions {
  project: Project;
  stack: string;
  organization: string;
  config: StackConfig;
  state: StateStore;
  providers: Record<string, ProviderFactory>;
  preview: boolean;
  parallel: number;
  callbacks: CallbackClient;
  onEvent?: ((event: EngineEvent) => void) | undefined;
  replace?: readonly string[];
}

/** The state of one run: previous and current resources, and running operations. The rules are in other modules. */
export class Deployment {
  readonly options: DeploymentOptions;
  readonly journal: Journal;
  readonly registry: ProviderRegistry;
  readonly slots: Slots;
  readonly abort = new AbortController();

  /** States of the last run that are still in the snapshot or not yet registered. */
  readonly olds: ResourceState[];
  /** This run's states, in the order of their completion, which is a topological one. */
  readonly news: ResourceState[] = [];
  readonly #oldByUrn = new Map<string, ResourceState>();
  readonly #newByUrn = new Map<string, ResourceState>();
  /** Old states that left the snapshot. */
  readonly #gone = new Set<ResourceState>();
  /** The goals of this run, for what children inherit. */
  readonly goals = new Map<string, Goal>();
  readonly seen = new Set<string>();
  readonly replaced = new Set<string>();
  /** Deleted before their registration, because a dependency is deleted before its replacement; with the cause's keys. */
  readonly condemned = new Map<string, string[]>();
  /** New URN to the old one under which the resource was found. */
  readonly renamed = new Map<string, string>();
  /** Old URN to the new one that adopted the resource. */
  readonly renames = new Map<string, string>();
  /** Per component, the providers that its children inherit. */
  readonly componentProviders = new Map<string, Record<string, string>>();
  readonly transforms = new Map<string, Callback[]>();
  /** Own transforms of a remote component between its two registrations. */
  readonly pendingTransforms = new Map<string, Callback[]>();
  readonly stackTransforms: Callback[] = [];

  readonly #pending = new Set<PendingOperation>();
  /** Pending operations of interrupted runs. */
  readonly interrupted: readonly PendingOperation[];
  readonly #busy = new Set<Promise<unknown>>();
  readonly #failed = Promise.withResolvers<void>();
  #failure: Error | undefined;
  #refused = false;
  outputs: Props = {};

  constructor(options: DeploymentOptions, checkpoint: Checkpoint) {
    this.options = options;
    this.journal = new Journal(options.preview, options.onEvent);
    this.registry = new ProviderRegistry(this);
    this.slots = new Slots(options.parallel);
    this.olds = checkpoint.resources.map((resource) => ({ ...resource }));
    for (const resource of this.olds) {
      if (resource.delete !== true) this.#oldByUrn.set(resource.urn, resource);
    }
    this.interrupted = checkpoint.pendingOperations;
    this.journal.mask.allow(options.project.name);
    const { values, secretKeys } = options.config;
    for (const key of secretKeys) this.journal.mask.learn(secret(values[key]));
  }

  get preview(): boolean {
    return this.options.preview;
  }

  // What is in the state ---------------------------------------------------------------------------------------------

  old(urn: string): ResourceState | undefined {
    const resource = this.#oldByUrn.get(urn);
    return resource === undefined || this.#gone.has(resource) ? undefined : resource;
  }

  current(urn: string): ResourceState | undefined {
    return this.#newByUrn.get(urn);
  }

  get stackUrn(): string {
    return this.news.find((resource) => resource.type === stackType)?.urn ?? "";
  }

  /** Old states that no registration has adopted. */
  remaining(): ResourceState[] {
    return this.olds.filter((resource) => !this.#gone.has(resource));
  }

  add(resource: ResourceState): void {
    this.news.push(resource);
    this.#newByUrn.set(resource.urn, resource);
  }

  drop(resource: ResourceState | undefined): void {
    if (resource !== undefined) this.#gone.add(resource);
  }

  isGone(resource: ResourceState): boolean {
    return this.#gone.has(resource);
  }

  checkpoint(): Checkpoint {
    const resources = [...this.news, ...this.remaining()];
    return {
      resources: resources.map((resource) => renameReferences(resource, this.renames)),
      // As in Pulumi, only `pulumi refresh` ends a creation that was interrupted: a new run cannot see what it made.
      pendingOperations: [...this.#pending, ...this.interrupted.filter(({ type }) => type === "creating")],
    };
  }

  async save(): Promise<void> {
    if (!this.preview) await this.options.state.save(() => this.checkpoint());
  }

  // Pending operations -----------------------------------------------------------------------------------------------

  /** Runs a change with its pending operation in the state before, and without it after. */
  async pending<T>(operation: PendingOperation, work: () => Promise<T>): Promise<T> {
    if (this.preview) return work();
    this.#pending.add(operation);
    await this.save();
    try {
      return await work();
    } finally {
      this.#pending.delete(operation);
    }
  }

  // Failure ----------------------------------------------------------------------------------------------------------

  get failure(): Error | undefined {
    return this.#failure;
  }

  get ok(): boolean {
    return this.#failure === undefined && !this.#refused;
  }

  /** Reports the first failure only; later ones are usually its consequences. */
  fail(error: unknown, urn?: string): void {
    if (error instanceof UnavailableError) return;
    this.journal.report("error", messageOf(error), urn);
    this.#setFailure(error instanceof Error ? error : new Error(String(error)));
  }

  /** Fails without a message, because the reason was already reported. */
  failQuietly(reason: string): void {
    this.#setFailure(new Error(reason));
  }

  #setFailure(error: Error): void {
    this.#failure ??= error;
    this.#failed.resolve();
  }

  /** Resolves when the run has failed. */
  get failed(): Promise<void> {
    return this.#failed.promise;
  }

  /** A preview shows the whole plan and then fails; a change stops at once. */
  refuse(message: string, urn: string): void {
    if (!this.preview) throw new Error(message);
    this.#refused = true;
    this.journal.report("error", message, urn);
  }

  checkAvailable(): void {
    if (this.#failure !== undefined) throw new UnavailableError();
  }

  /** Tracks a request until it is answered. */
  track<T>(work: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = work.then(
      () => this.#busy.delete(settled),
      () => this.#busy.delete(settled),
    );
    this.#busy.add(settled);
    return work;
  }

  /** Resolves when no request is running. */
  async idle(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy);
  }

  cancel(): void {
    if (this.abort.signal.aborted) return;
    this.journal.emit({ cancelEvent: {} });
    this.fail(new Error("the run was cancelled. Operations that had started were finished and are in the state."));
    this.abort.abort();
  }

  context(urn: string, type?: string, timeoutSeconds?: number): ProviderContext {
    return {
      urn,
      name: urnName(urn),
      type: type ?? urnType(urn),
      preview: this.preview,
      projectDir: this.options.project.dir,
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      signal: this.abort.signal,
      warn: (message) => this.journal.report("warning", message, urn),
      info: (message) => this.journal.report("info", message, urn),
      status: (message) => this.journal.status(message, urn),
    };
  }
}
