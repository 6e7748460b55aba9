import { execa } from "execa";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Longer than any build here, and a limit for a download that hangs. */
const limitMs = 45 * 60_000;

export interface GoRun {
  /** The folder of the go.mod. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** An alternative to installing Go. */
  readonly instead?: string;
}

/** The Go release that a go.mod requires, such as "1.26.0". */
export function wantedGo(goMod: string): string {
  return /^go (\d+\.\d+(?:\.\d+)?)/m.exec(goMod)?.[1] ?? "1.26";
}

/** The message if Go is missing or too old; undefined for other failures. */
export function goProblem(
  failure: { code?: string | undefined; stderr: string },
  wanted: string,
  instead?: string,
): string | undefined {
  const minor = wanted.split(".").slice(0, 2).join(".");
  const remedy = `Install Go ${minor} or newer${instead === undefined ? "" : `, or ${instead}`}. Then try again.`;
  if (failure.code === "ENOENT") return `go: not found. ${remedy}`;
  const old = /requires go >= (\S+) \(running go (\S+?)[;)]/.exec(failure.stderr);
  if (old) return `go: version ${old[2]} is too old, ${old[1]} is needed. ${remedy}`;
  return undefined;
}

/** Runs Go and returns its standard output; standard error (built packages, downloads) goes to `onLine` line by line. */
export async function runGo(args: readonly string[], run: GoRun): Promise<string> {
  const child = execa("go", args, {
    cwd: run.cwd,
    env: { ...run.env },
    stdin: "ignore",
    timeout: run.timeoutMs ?? limitMs,
    reject: false,
    stripFinalNewline: true,
    ...(run.signal ? { cancelSignal: run.signal } : {}),
  });
  const reading = (async () => {
    for await (const line of child.iterable({ from: "stderr" })) run.onLine?.(line);
  })().catch(() => undefined); // The child's failure is reported below.
  const [result] = await Promise.all([child, reading]);
  if (!result.failed) return result.stdout;
  const wanted = wantedGo(readFileSync(join(run.cwd, "go.mod"), "utf8"));
  const problem = goProblem({ code: result.code, stderr: result.stderr }, wanted, run.instead);
  if (problem) throw new Error(problem);
  if (result.timedOut) throw new Error(`go ${args[0]}: timed out. Check the network and try again.`);
  // The last lines contain the cause, after the built packages.
  const tail = (result.stderr || String(result.shortMessage)).split("\n").slice(-15).join("\n");
  throw new Error(`go ${args.join(" ")} failed:\n${tail}`);
}
