import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

export const railsFolder = fileURLToPath(new URL("rails/", import.meta.url));

interface Ended {
  exitCode: number | null;
  output: string;
}

export interface RubyServer {
  /** Runs a script as `rails runner` does, in its own process with only this environment. */
  run(script: string, env: Record<string, string>): Promise<Ended>;
  stop(): Promise<void>;
}

const limitMs = 60_000;

export function startRubyServer(ruby: string, folder: string): RubyServer {
  const child = execa(ruby, [join(railsFolder, "server.rb")], { stderr: "inherit", reject: false, buffer: false });
  const waiting = new Map<number, (ended: { exitCode: number | null }) => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, exitCode } = JSON.parse(line) as { id: number; exitCode: number | null };
    waiting.get(id)?.({ exitCode });
    waiting.delete(id);
  });
  let count = 0;
  return {
    run: async (script, env) => {
      const id = ++count;
      const output = join(folder, `output-${id}.txt`);
      const ended = new Promise<{ exitCode: number | null }>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`run ${id} takes longer than ${limitMs} ms`)), limitMs);
        waiting.set(id, (result) => {
          clearTimeout(timer);
          resolve(result);
        });
      });
      child.stdin.write(`${JSON.stringify({ id, script, env, output })}\n`);
      const { exitCode } = await ended;
      return { exitCode, output: readFileSync(output, "utf8") };
    },
    stop: async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await child;
      clearTimeout(timer);
    },
  };
}
