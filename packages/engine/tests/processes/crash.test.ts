import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";

const runner = join(import.meta.dirname, "../engine/support/crash-runner.ts");

interface Outcome {
  code: number | null;
  output: string;
}

function run(folder: string, version: string, killAfterMs?: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [runner, folder, version], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    if (killAfterMs !== undefined) {
      const waiting = setInterval(() => {
        if (
          !existsSync(join(folder, `started`)) ||
          readFileSync(join(folder, "started"), "utf8").length < Number(version)
        )
          return;
        clearInterval(waiting);
        setTimeout(() => child.kill("SIGKILL"), killAfterMs);
      }, 1);
      child.on("close", () => clearInterval(waiting));
    }
    child.on("close", (code) => resolve({ code, output }));
  });
}

describe("kill -9 in the middle of an update", () => {
  test.each([20, 60, 100, 140])(
    "loses nothing after %i ms",
    async (killAfterMs) => {
      const folder = temporaryFolder("engine-crash");
      expect(await run(folder, "1")).toMatchObject({ code: 0 });
      const killed = await run(folder, "2", killAfterMs);
      const { code, output } = await run(folder, "2");
      expect(code).toBe(0);
      const result = JSON.parse(output) as { ok: boolean; world: string[]; diagnostics: { message: string }[] };
      expect(result).toMatchObject({ ok: true, world: ["a", "b", "d"] });
      if (killed.code === null)
        expect(result.diagnostics.map(({ message }) => message).join()).toContain("replaced the lock");
      for (const name of result.world) expect(readFileSync(join(folder, "world", name), "utf8")).toBe("2");
      const { deployment } = JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
      // As with Pulumi, until a refresh clears it.
      for (const { type, resource } of deployment.pending_operations ?? [])
        expect([type, resource.urn]).toEqual(["creating", expect.stringMatching(/::d$/)]);
      expect(
        deployment.resources.map(({ id }: { id?: string }) => id).filter((id?: string) => id?.length === 1),
      ).toEqual(["a", "b", "d"]);
    },
    60_000,
  );
});
