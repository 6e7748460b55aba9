import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 120_000 });

describe("the command line", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "report-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(import.meta.dirname, "../src/main.ts");
  const run = (...args: string[]): string =>
    execFileSync("node", [program, ...args], {
      encoding: "utf8",
      stdio: "pipe",
      timeout: 60_000,
    });
  const recorded = (file: string): string => join(import.meta.dirname, "recorded", file);

  test("writes a page that only its owner can read, and prints its path", () => {
    const out = join(folder, "new", "report.html");
    expect(run(recorded("change.jsonl"), "--state", recorded("change.state.json"), "--out", out)).toBe(`${out}\n`);
    expect(readFileSync(out, "utf8")).toContain("forced the replacement");
    expect(statSync(out).mode & 0o077).toBe(0);
  });

  test.each([
    ["a missing log", ["missing.jsonl"], "missing.jsonl: no such file. Run with --help for the arguments."],
    ["an invalid state", [recorded("change.jsonl"), "--state", recorded("change.jsonl")], "is not a stack's state."],
    [
      "a folder that is a file",
      [recorded("change.jsonl"), "--out", recorded("change.jsonl/x.html")],
      "the report cannot be written",
    ],
  ])("%s: prints a message and exits with 2", (_what, args, message) => {
    let failure: unknown;
    try {
      run("--out", join(folder, "x.html"), ...args);
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ status: 2, stderr: expect.stringContaining(message) as unknown });
  });
});
