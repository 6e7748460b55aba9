import { globSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Grpc from "@grpc/grpc-js";
import { execa } from "execa";
import type { ProviderFactory } from "pulumi-embedded-engine";
import { serveProvider, type ServedProvider } from "./provider-server.ts";

/* eslint-disable @typescript-eslint/no-explicit-any -- the SDK's generated protocol code has no types */

const require = createRequire(import.meta.resolve("@pulumi/pulumi/package.json"));
const grpc = require("@grpc/grpc-js") as typeof Grpc;
const { LanguageServer } = require("@pulumi/pulumi/automation/server.js");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb.js");

export type Program = () => Promise<unknown>;

export const passphrase = "correct horse";

interface Options {
  stack: string;
  /** The files of the project. */
  files: Record<string, string>;
  /** The passphrase of its secrets. */
  phrase?: string;
  /** Where providers run commands. Default: the folder of the files. */
  projectDir?: string;
}

export interface OriginalRun {
  exitCode: number;
  /** The lines of the event log. */
  events: any[];
  output: string;
}

/** The real Pulumi CLI with a backend in a folder, running programs of this process with providers of this process. */
export class Original {
  readonly #cli: string;
  readonly #folder: string;
  readonly #providers: Record<string, ServedProvider>;
  readonly #env: Record<string, string>;

  private constructor(cli: string, folder: string, providers: Record<string, ServedProvider>, phrase: string) {
    this.#cli = cli;
    this.#folder = folder;
    this.#providers = providers;
    this.#env = {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: phrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // For `--event-log`.
      PULUMI_DEBUG_COMMANDS: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_DEBUG_PROVIDERS: Object.entries(providers)
        .map(([name, { port }]) => `${name}:${port}`)
        .join(","),
    };
  }

  static async start(
    cli: string,
    factories: Record<string, ProviderFactory>,
    { stack, files, phrase = passphrase, projectDir }: Options,
  ): Promise<Original> {
    const folder = await mkdtemp(join(tmpdir(), "original-engine-"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const providers: Record<string, ServedProvider> = {};
    for (const [name, factory] of Object.entries(factories))
      providers[name] = await serveProvider(factory, projectDir ?? folder);
    const original = new Original(cli, folder, providers, phrase);
    await original.done("stack", "init", stack);
    return original;
  }

  async stop(): Promise<void> {
    for (const provider of Object.values(this.#providers)) await provider.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Runs a command of the CLI; `input` is its standard input. */
  async pulumi(...args: (string | { input: string })[]): Promise<{ exitCode: number; output: string; stdout: string }> {
    const words = args.filter((word) => typeof word === "string");
    const [given] = args.filter((word) => typeof word !== "string");
    const run = await execa(this.#cli, [...words, "--non-interactive"], {
      cwd: this.#folder,
      env: this.#env,
      extendEnv: false,
      reject: false,
      timeout: 120_000,
      input: given?.input ?? "",
      all: true,
    });
    return { exitCode: run.exitCode ?? -1, output: run.all, stdout: run.stdout };
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.#folder, name), text);
  }

  /** The text of a file of the project. */
  file(name: string): string {
    return readFileSync(join(this.#folder, name), "utf8");
  }

  /** Changes the stack's state in the backend's file. */
  edit(change: (state: { resources: { urn: string }[]; pending_operations?: object[] }) => void): void {
    const [file] = globSync(join(this.#folder, ".pulumi/stacks/*/*.json"));
    if (file === undefined) throw new Error("the backend has no stack");
    const stored = JSON.parse(readFileSync(file, "utf8"));
    change(stored.checkpoint.latest);
    writeFileSync(file, JSON.stringify(stored));
  }

  preview(program: Program, ...flags: string[]): Promise<OriginalRun> {
    return this.#run("preview", program, flags);
  }

  up(program: Program, ...flags: string[]): Promise<OriginalRun> {
    return this.#run("up", program, ["--yes", "--skip-preview", ...flags]);
  }

  destroy(...flags: string[]): Promise<OriginalRun> {
    return this.#run("destroy", undefined, ["--yes", "--skip-preview", ...flags]);
  }

  refresh(...flags: string[]): Promise<OriginalRun> {
    return this.#run("refresh", undefined, ["--yes", "--skip-preview", ...flags]);
  }

  /** A command that must succeed. Returns its standard output. */
  async done(...args: (string | { input: string })[]): Promise<string> {
    const { exitCode, output, stdout } = await this.pulumi(...args);
    if (exitCode !== 0)
      throw new Error(`pulumi ${args.filter((word) => typeof word === "string").join(" ")}: ${output}`);
    return stdout;
  }

  async #run(command: string, program: Program | undefined, flags: string[]): Promise<OriginalRun> {
    for (const provider of Object.values(this.#providers)) provider.preview = command === "preview";
    const log = join(this.#folder, "events.json");
    const language = program && (await serveProgram(program));
    const inline = language ? [`--client=127.0.0.1:${language.port}`, "--exec-kind=auto.inline"] : [];
    try {
      const args = [command, "--event-log", log, "--suppress-progress", "--color=never", ...inline, ...flags];
      const { exitCode, output } = await this.pulumi(...args);
      const text = await readFile(log, "utf8").catch(() => "");
      const events = text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      return { exitCode, output, events };
    } finally {
      language?.stop();
      await rm(log, { force: true });
    }
  }
}

/** The host of an inline program, as the Automation API starts it. */
async function serveProgram(program: Program): Promise<{ port: number; stop: () => void }> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 << 20 });
  const host = new LanguageServer(program);
  const methods = ["getRequiredPlugins", "run", "getPluginInfo"];
  server.addService(
    LanguageRuntimeService,
    Object.fromEntries(methods.map((name) => [name, (call: any, callback: any) => host[name](call, callback)])),
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, stop: () => server.forceShutdown() };
}
