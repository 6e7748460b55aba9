import * as pulumi from "@pulumi/pulumi";
import {
  Engine,
  memoryState,
  type EngineEvent,
  type EngineOptions,
  type Program,
  type Project,
  type RunResult,
} from "../../../src/index.ts";
import { World } from "./world.ts";

type Inputs = Record<string, unknown>;

/** A custom resource of the test package. */
export class Thing extends pulumi.CustomResource {
  declare readonly token: pulumi.Output<string>;
  declare readonly size: pulumi.Output<number>;
  constructor(name: string, inputs: Inputs = {}, options: pulumi.CustomResourceOptions = {}) {
    super("test:index:Thing", name, { token: undefined, size: undefined, ...inputs }, options);
  }
}

export class Group extends pulumi.ComponentResource {
  constructor(name: string, options: pulumi.ComponentResourceOptions = {}, type = "my:index:Group") {
    super(type, name, {}, options);
  }
}

/** A component that its provider constructs. */
export class RemoteGroup extends pulumi.ComponentResource {
  declare readonly ids: pulumi.Output<string[]>;
  declare readonly urns: pulumi.Output<string[]>;
  constructor(name: string, inputs: Inputs, options: pulumi.ComponentResourceOptions = {}) {
    super("test:index:RemoteGroup", name, { ids: undefined, urns: undefined, ...inputs }, options, true);
  }
}

export class TestProvider extends pulumi.ProviderResource {
  constructor(name: string, inputs: Inputs = {}, options: pulumi.ResourceOptions = {}) {
    super("test", name, inputs, options);
  }
}

function testProject(dir = "/nowhere"): Project {
  return { dir, name: "proj", main: ".", typescript: true, nodeArgs: [], config: {} };
}

/** A stack in memory with a world behind it. */
export class TestStack {
  readonly world = new World();
  readonly state = memoryState();
  readonly events: EngineEvent[] = [];
  readonly options: EngineOptions;

  constructor(options: Partial<EngineOptions> = {}) {
    this.options = {
      project: testProject(),
      stack: "dev",
      config: { values: {}, secretKeys: [] },
      state: this.state,
      providers: { test: () => this.world.provider() },
      onEvent: (event) => this.events.push(event),
      ...options,
    };
  }

  preview(program: Program): Promise<RunResult> {
    return new Engine(this.options).preview(program);
  }

  up(program: Program): Promise<RunResult> {
    return new Engine(this.options).up(program);
  }

  /** As `up`, but a failure is the test's. */
  async apply(program: Program): Promise<RunResult> {
    const result = await this.up(program);
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, undefined, 2));
    return result;
  }

  destroy(options?: { preview?: boolean }): Promise<RunResult> {
    return new Engine(this.options).destroy(options);
  }

  refresh(options?: { clearPendingCreates?: boolean }): Promise<RunResult> {
    return new Engine(this.options).refresh(options);
  }

  async urns(): Promise<string[]> {
    const { resources } = await this.state.load();
    return resources.map(({ urn }) => urn.split("::").slice(2).join("::"));
  }
}

/** The steps of a result as `op name`, without what did not change and without the stack and its providers. */
export function changed(result: RunResult): string[] {
  return result.steps
    .filter(({ op, type }) => op !== "same" && type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"))
    .map(({ op, name }) => `${op} ${name}`);
}

export function step(result: RunResult, name: string, op?: string): RunResult["steps"][number] {
  const found = result.steps.find((candidate) => candidate.name === name && (op === undefined || candidate.op === op));
  if (found === undefined) throw new Error(`no step for ${name}: ${changed(result).join(", ")}`);
  return found;
}

export const errorsOf = (result: RunResult): string =>
  result.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message)
    .join("\n");
