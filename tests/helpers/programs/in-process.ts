import { Console } from "node:console";
import { Readable, Writable } from "node:stream";
import { vi } from "vitest";

export interface ProgramRun {
  readonly args: readonly string[];
  /** The program's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program in the test's process, which saves the start of Node: `load` imports its main file. The program has
 * fresh modules, and its own arguments, environment and streams. Run one program at a time; a program that exits the
 * process or must be killed is not supported.
 */
export async function runProgramHere(load: () => Promise<unknown>, run: ProgramRun): Promise<ProgramResult> {
  const [stdout, stderr] = [collector(), collector()];
  const before = {
    argv: process.argv,
    env: { ...process.env },
    exitCode: process.exitCode,
    stdin: Object.getOwnPropertyDescriptor(process, "stdin")!,
    console: globalThis.console,
  };
  const listeners = (["SIGINT", "SIGTERM"] as const).map((signal) => [signal, process.listeners(signal)] as const);
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => stdout.stream.write(chunk)),
    vi.spyOn(process.stderr, "write").mockImplementation((chunk) => stderr.stream.write(chunk)),
  ];
  process.argv = [process.execPath, "program", ...run.args];
  process.exitCode = 0;
  setEnvironment(run.env);
  Object.defineProperty(process, "stdin", { value: Readable.from([Buffer.from(run.input)]), configurable: true });
  globalThis.console = new Console({ stdout: stdout.stream, stderr: stderr.stream });
  try {
    vi.resetModules();
    await load();
    return { exitCode: Number(process.exitCode), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    spies.forEach((spy) => spy.mockRestore());
    process.argv = before.argv;
    process.exitCode = before.exitCode;
    setEnvironment(before.env);
    Object.defineProperty(process, "stdin", before.stdin);
    globalThis.console = before.console;
    for (const [signal, kept] of listeners) {
      for (const listener of process.listeners(signal)) if (!kept.includes(listener)) process.off(signal, listener);
    }
  }
}

function setEnvironment(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

/** Without the final newline, as execa returns output. */
function collector(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString().replace(/\n$/, "") };
}
