import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { vi } from "vitest";
import { effectiveSecrets, readCalls, readMachineStarts, Store, type FaultFile } from "flyctl-stand-in";
import { Engine, loadProject, memoryState, resolveConfig } from "pulumi-embedded-engine";
import { projectFolder } from "../../../lib/project-folder.ts";
import { execaHere, runFlyctlHere } from "./flyctl-here.ts";
import { flyEnvironment, insideEnvironment } from "./inside-environment.ts";
import { stepsHere, type StepsHere } from "./steps-here.ts";

vi.doMock("execa", () => ({ execa: execaHere }));

/** The configuration of the stack. */
export interface Config {
  image: string;
  password: string;
  /** Names of further secrets, from the stack file. Default: none. */
  more?: readonly string[];
}

export interface RunOptions extends StepsHere {
  faults?: FaultFile | undefined;
}

/** A program over the app `chat`. */
export type PartialProgram = (config: Config) => Promise<void>;

/**
 * A part of the stack, by default the secrets and the release of an app: the program's components over the embedded engine, the driver's steps and
 * flyctl's stand-in, all in this process.
 */
export class PartialWorld {
  readonly folder = mkdtempSync(join(tmpdir(), "partial-"));
  readonly #fly = join(this.folder, "fly");
  readonly #state = memoryState();
  readonly #env = flyEnvironment(this.#fly, this.folder);
  readonly #program: PartialProgram;

  constructor(program = withRelease) {
    this.#program = program;
    mkdirSync(this.#fly);
  }

  /** Whether the run succeeded. */
  async up(config: Config, options: RunOptions = {}): Promise<boolean> {
    this.#setFaults(options.faults);
    try {
      return (await this.#inside(() => this.#engine(options).up(() => this.#program(config)))).ok;
    } finally {
      this.#setFaults({});
    }
  }

  /** The resources that a preview would change. */
  async preview(config: Config): Promise<string[]> {
    const { ok, steps, diagnostics } = await this.#inside(() => this.#engine({}).preview(() => this.#program(config)));
    if (!ok) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
    return steps.filter(({ op, custom }) => custom && op !== "same").map(({ op, name }) => `${op} ${name}`);
  }

  /** What each serving machine runs, and what its next release would give it. */
  runs(): { image: string; password: string | undefined; isServing: boolean; stored: string | undefined }[] {
    const app = new Store(this.#fly).read().apps["chat"]!;
    return app.machines
      .filter(({ config }) => config.metadata["fly_process_group"] !== "fly_app_release_command")
      .map(({ config, secretsVersion, state, cordoned }) => ({
        image: /:([^:@]*)$/.exec(config.image.replace(/@.*/, ""))![1]!,
        password: effectiveSecrets(app, secretsVersion)["PASSWORD"],
        isServing: state === "started" && !cordoned,
        stored: effectiveSecrets(app)["PASSWORD"],
      }));
  }

  /** Names of the secrets that the app stores. */
  get names(): string[] {
    return Object.keys(effectiveSecrets(new Store(this.#fly).read().apps["chat"]!)).sort();
  }

  async flyctl(...args: string[]): Promise<void> {
    const { exitCode, stderr } = await runFlyctlHere([...args, "--app", "chat"], this.#env);
    if (exitCode !== 0) throw new Error(stderr);
  }

  changeMachines(change: object): void {
    new Store(this.#fly).update((state) => {
      for (const machine of state.apps["chat"]!.machines) Object.assign(machine, change);
    });
  }

  get releases(): string[] {
    return new Store(this.#fly).read().apps["chat"]!.releases.map(({ status }) => status);
  }

  /** What each scheduled machine runs at its next start, and the secret that the app stores. */
  scheduled(): { image: string; password: string | undefined; stored: string | undefined }[] {
    const app = new Store(this.#fly).read().apps["chat-backup"] ?? new Store(this.#fly).read().apps["chat-pipeline"];
    const passwordIn = (secrets: Record<string, string>) => /new-\w|old-\w/.exec(JSON.stringify(secrets))?.[0];
    return (app?.machines ?? []).map(({ config, secretsVersion }) => ({
      image: /:([^:@]*)$/.exec(config.image.replace(/@.*/, ""))![1]!,
      password: passwordIn(effectiveSecrets(app!, secretsVersion)),
      stored: passwordIn(effectiveSecrets(app!)),
    }));
  }

  /** How often a scheduled machine was started. */
  get starts(): number {
    return readMachineStarts(this.#fly).length;
  }

  get calls(): string[] {
    return readCalls(this.#fly).map(({ argv }) => argv.slice(0, 2).join(" "));
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #setFaults(faults: FaultFile = {}): void {
    writeFileSync(join(this.#fly, "faults.json"), JSON.stringify(faults));
    rmSync(join(this.#fly, "fault-hits.json"), { force: true });
  }

  #inside<T>(run: () => Promise<T>): Promise<T> {
    return insideEnvironment(this.#env, run);
  }

  #engine(options: RunOptions): Engine {
    const project = loadProject(projectFolder);
    const config = resolveConfig(project, "partial", {});
    const providers = { command: stepsHere(options) };
    return new Engine({ project, stack: "partial", organization: "test", config, state: this.#state, providers });
  }
}

/** The wanted machines, as the stack's own program makes them. */
async function withRelease({ image, password, more = [] }: Config): Promise<void> {
  const { App } = await import("../../../components/fly/app.ts");
  const { Deployment } = await import("../../../components/fly/deployment.ts");
  const { Secrets } = await import("../../../components/fly/secrets.ts");
  const { readRunning } = await import("../../../components/driver/what-runs.ts");
  const { Flyctl } = await import("../../../components/driver/flyctl.ts");
  const { plainRun } = await import("../../../components/driver/run.ts");
  const running = await readRunning(new Flyctl(plainRun(), "chat"), "chat");
  const app = new App("fly", { app: "chat", organization: "personal" });
  const secrets = Object.fromEntries(
    [["PASSWORD", password], ...more.map((name) => [name, "x"])].map(([name, value]) => [name!, pulumi.secret(value!)]),
  );
  const release = { machineConfig: machineConfig(image), running };
  const fingerprintKey = pulumi.secret("key");
  const staged = new Secrets(
    "app-secrets",
    {
      app: "chat",
      secrets,
      retired: ["OPTIONAL"].filter((name) => !more.includes(name)),
      chosen: [...more],
      fingerprintKey,
      release,
    },
    { dependsOn: app },
  );
  const limits = { releaseTimeoutMinutes: 1, waitTimeoutMinutes: 1 };
  const counts = { web: 1, worker: 1 };
  new Deployment("deployment", { app: "chat", secrets, staged, counts, ...release, ...limits }, { dependsOn: staged });
}

const machineConfig = (image: string): string => `app = "chat"
primary_region = "ord"
[build]
image = "chatwoot/chatwoot:${image}"
[deploy]
release_command = "prepare"
[processes]
web = "serve"
worker = "work"
`;
