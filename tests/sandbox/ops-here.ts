import { WritableStream } from "node:stream/web";
import { runOps } from "../../sandbox/cli/ops.ts";
import type { SandboxFolders } from "../../sandbox/cli/folders.ts";

interface OpsHereRun {
  folders: SandboxFolders;
  env: Readonly<Record<string, string>>;
}

/**
 * The sandbox's `ops` in this process, for a fraction of the processor time; the command itself has its own process. One
 * at a time, because the environment is this process's.
 */
export async function opsHere(args: readonly string[], { folders, env }: OpsHereRun) {
  const before = { ...process.env };
  const printed: { text: string; isError: boolean }[] = [];
  const collect = (isError: boolean): WritableStream<Uint8Array> =>
    new WritableStream({
      write: (chunk) => void printed.push({ text: Buffer.from(chunk).toString(), isError }),
    });
  const textOf = (parts: typeof printed): string =>
    parts
      .map(({ text }) => text)
      .join("")
      .replace(/\n$/, "");
  Object.assign(process.env, env);
  try {
    const exitCode = await runOps(args, folders, new AbortController().signal, {
      stdio: ["ignore", collect(false), collect(true)],
      note: (line) => printed.push({ text: `${line}\n`, isError: true }),
    });
    return { exitCode, output: textOf(printed), stdout: textOf(printed.filter(({ isError }) => !isError)) };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
