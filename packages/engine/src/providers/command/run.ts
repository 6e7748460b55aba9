import { spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { asGoString } from "./go-string.ts";
import { exitError } from "./exit-error.ts";

export interface CommandRequest {
  command: string;
  interpreter?: string[];
  dir: string;
  environment?: Record<string, string>;
  stdin?: string;
  /** Output of the previous run, for PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR. */
  previous?: { stdout?: string; stderr?: string };
  /** The streams to log while the command runs. Default: both. */
  logging?: "stdout" | "stderr" | "stdoutAndStderr" | "none";
}

export interface CommandResult {
  stdout: string;
  stderr: string;
}

const defaultInterpreter = process.platform === "win32" ? ["cmd", "/C"] : ["/bin/sh", "-c"];

/** Time limit for a cancelled command to exit. */
const graceMs = 5000;

/** The command's environment: this process's, then the resource's, then the output of the run before. */
export function commandEnvironment(request: CommandRequest, base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const { stdout, stderr } = request.previous ?? {};
  return {
    ...base,
    ...request.environment,
    ...(stdout ? { PULUMI_COMMAND_STDOUT: stdout } : {}),
    ...(stderr ? { PULUMI_COMMAND_STDERR: stderr } : {}),
  };
}

/** Splits a stream into lines; `end` returns a last line without a newline. */
function lineWriter(line: (text: string) => void) {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return {
    write(chunk: Buffer) {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() as string;
      for (const text of lines) line(text.replace(/\r$/, ""));
    },
    end() {
      if (rest !== "") line(rest);
    },
  };
}

/** Runs a command in its own process group, so that an abort stops all its processes. */
export function runCommand(
  request: CommandRequest,
  signal: AbortSignal,
  info: (line: string) => void,
): Promise<CommandResult> {
  const interpreter = request.interpreter?.length ? request.interpreter : defaultInterpreter;
  const [file = "", ...args] = [...interpreter, request.command];
  const logging = request.logging ?? "stdoutAndStderr";

  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error(`cancelled: running ${asGoString(request.command)}`));
    const child = spawn(file, args, {
      cwd: request.dir,
      env: commandEnvironment(request),
      detached: true,
      // As in the provider, a command without `stdin` reads /dev/null. A first bash with Node's pipe, a socket, reads bashrc.
      stdio: [request.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const chunks: { from: "stdout" | "stderr"; data: Buffer }[] = [];
    const lines = lineWriter(info);
    const collect = (from: "stdout" | "stderr") => (data: Buffer) => {
      chunks.push({ from, data });
      if (logging === from || logging === "stdoutAndStderr") lines.write(data);
    };
    const bytes = (from?: "stdout" | "stderr") =>
      Buffer.concat(chunks.filter((chunk) => from === undefined || chunk.from === from).map((chunk) => chunk.data));
    const finish = () => {
      try {
        const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        const outputOf = (from: "stdout" | "stderr") => utf8.decode(bytes(from)).replace(/\n$/, "");
        resolve({ stdout: outputOf("stdout"), stderr: outputOf("stderr") });
      } catch {
        // The state can only store text.
        fail("output contains invalid UTF-8");
      }
    };
    const fail = (reason: string) =>
      reject(new Error(`${reason}: running ${asGoString(request.command)}:\n${bytes().toString()}`));

    const kill = (name: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // The process group is already gone.
      }
    };
    let forced: NodeJS.Timeout | undefined;
    const abort = () => {
      kill("SIGTERM");
      forced = setTimeout(() => kill("SIGKILL"), graceMs);
    };
    signal.addEventListener("abort", abort, { once: true });
    const settled = () => {
      signal.removeEventListener("abort", abort);
      clearTimeout(forced);
    };

    child.stdout?.on("data", collect("stdout"));
    child.stderr?.on("data", collect("stderr"));
    // A command that does not read its input closes the pipe; this is not an error.
    child.stdin?.on("error", () => {});
    child.stdin?.end(request.stdin);
    child.on("error", (error: NodeJS.ErrnoException) => {
      settled();
      fail(exitError.start(error, file, request.dir));
    });
    child.on("close", (code, killedBy) => {
      settled();
      lines.end();
      if (signal.aborted) fail("cancelled");
      else if (code === 0) finish();
      else fail(exitError.ended(code, killedBy));
    });
  });
}
