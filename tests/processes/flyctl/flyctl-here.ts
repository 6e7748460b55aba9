import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { execa } from "execa";
import { flyctlBinFolder, runFlyctl } from "flyctl-stand-in";

interface Options {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly extendEnv?: boolean;
}

/**
 * Replaces execa for the driver: it runs the stand-in in this process instead of starting it. The stand-in has no
 * process id, so it cannot be killed.
 */
export function execaHere(file: string, args: readonly string[], options: Options): unknown {
  return file === "flyctl" && findsStandIn() ? startFlyctl(args, options) : execa(file, args, options);
}

function findsStandIn(): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.find((folder) => existsSync(join(folder, "flyctl"))) === flyctlBinFolder;
}

function startFlyctl(args: readonly string[], { input = "", env = {}, extendEnv = true }: Options): unknown {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const run = async () => {
    const result = await runFlyctlHere(args, { ...(extendEnv ? process.env : {}), ...env }, input, (name, text) =>
      streams[name].write(text),
    );
    for (const stream of Object.values(streams)) {
      stream.end();
      // A reader of the stream has every line before the result.
      if (stream.readableFlowing !== null) await finished(stream);
    }
    return result;
  };
  return Object.assign(run(), { ...streams, pid: undefined });
}

/** Runs the stand-in in this process, and returns execa's result. */
export async function runFlyctlHere(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  input = "",
  onOutput: (stream: "stdout" | "stderr", text: string) => void = () => undefined,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const printed = { stdout: "", stderr: "" };
  const print = (stream: keyof typeof printed) => (text: string) => {
    printed[stream] += text;
    onOutput(stream, text);
  };
  const exitCode = await runFlyctl(args, {
    env,
    folder: env["FLYCTL_SANDBOX_DIR"] ?? "",
    stdin: () => input,
    output: { out: print("stdout"), err: print("stderr") },
  });
  return { exitCode, stdout: printed.stdout.replace(/\n$/, ""), stderr: printed.stderr.replace(/\n$/, "") };
}
