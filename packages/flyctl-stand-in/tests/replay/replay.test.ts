import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runFlyctl } from "../../src/index.ts";
import { comparable } from "./comparable.ts";
import { writeFiles } from "./files.ts";
import { differences } from "./differences.ts";
import { faultsIn } from "./faults.ts";
import type { Recorded } from "./recorded.ts";

/** Every recorded call of the real flyctl, on the stand-in: the same exit code and, on each stream, the same own text. */

const recording = readFileSync(join(import.meta.dirname, "recorded/flyctl-0.4.87.jsonl"), "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Recorded);

describe.each([...Map.groupBy(recording, ({ part }) => part)])("%s", (_part, calls) => {
  let folder = "";
  const outside = process.cwd();
  /** Recorded machine ids by the stand-in's, in the order of their first appearance. */
  const ids = new Map<string, string>();
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "replay-"));
    writeFileSync(join(folder, "orgs.json"), JSON.stringify(["acme", "hotdash"]));
    writeFiles(folder, recording);
    writeFileSync(join(folder, "exec.json"), JSON.stringify([{ stdout: "ok\n" }]));
    // The recorded backup never ends.
    writeFileSync(join(folder, "runs.json"), JSON.stringify([{ match: "backup", keepsRunning: true }]));
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(outside);
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(calls.map((call, index) => [`${index + 1}: ${call.args.join(" ").slice(0, 70)}`, call] as const))(
    "%s",
    async (_, call) => {
      writeFileSync(join(folder, "faults.json"), JSON.stringify(faultsIn(call)));
      const output = { stdout: "", stderr: "" };
      const exit = await runFlyctl(
        call.args.map((word) => here(word, call)),
        {
          env: { FLY_API_TOKEN: "token", FLYCTL_SANDBOX_DIR: folder, ...releaseAsJson(call) },
          folder,
          stdin: () => call.stdin,
          output: { out: (text) => (output.stdout += text), err: (text) => (output.stderr += text) },
        },
      );
      learn(call.stdout, output.stdout);
      const own = { exit, stdout: comparable(output.stdout), stderr: comparable(output.stderr) };
      const theirs = { exit: call.exit, stdout: comparable(call.stdout), stderr: comparable(call.stderr) };
      const difference = differences.find(({ applies }) => applies(call, calls.slice(0, calls.indexOf(call))));
      if (difference === undefined) return expect(own).toEqual(theirs);
      expect(own, "without a difference, the row is superfluous").not.toEqual(theirs);
      expect(difference.without(own)).toEqual(difference.without(theirs));
    },
  );

  /** The driver's calls have this variable. */
  function releaseAsJson({ stdout }: Recorded): NodeJS.ProcessEnv {
    return stdout.includes('"image_ref":"') ? { FLY_EMIT_RELEASE_JSON: "1" } : {};
  }

  function here(word: string, { args }: Recorded): string {
    const app = args[args.indexOf("--app") + 1];
    const file = word.replace("/tmp/fly-XXXXXX", join(folder, app ?? ""));
    return [...ids].reduce((text, [recorded, own]) => text.replaceAll(recorded, own), file);
  }

  function learn(recorded: string, own: string): void {
    const found = [recorded, own].map((text) => [...new Set(text.match(/\b(?=[0-9a-f]*\d)[0-9a-f]{14}\b/g) ?? [])]);
    for (const [index, id] of (found[0] ?? []).entries()) {
      const counterpart = found[1]?.[index];
      if (counterpart !== undefined && !ids.has(id)) ids.set(id, counterpart);
    }
  }
});
