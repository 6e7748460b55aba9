import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Evidence } from "./evidence.ts";
import { runFolder, sessionFile } from "./folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "evidence-"));
  vi.stubEnv("CHATWOOT_ARTIFACTS_DIR", join(root, "artifacts"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

test("the steps of one run share a folder, those of another stack or a later run do not", async () => {
  const steps = await Promise.all(Array.from({ length: 6 }, (_, index) => runFolder("staging", `step-${index}`)));
  expect(new Set(steps).size).toBe(1);
  expect(basename(steps[0]!)).toMatch(/^deployment-\d{8}T\d{6}Z$/);
  expect(await runFolder("other", "step-0")).not.toBe(steps[0]);
  const old = new Date(Date.now() - 3_600_000);
  utimesSync(join(steps[0]!, sessionFile), old, old);
  expect(await runFolder("staging", "step-0")).not.toBe(steps[0]);
});

test("a step that runs again belongs to another run, and the account of the first is kept", async () => {
  const first = (await Evidence.open("staging", "deployment-chat"))!;
  const account = (folder: string) => JSON.parse(readFileSync(join(folder, "deployment-chat.json"), "utf8")) as object;
  expect(account(first.folder)).toMatchObject({ outcome: "unfinished" });
  first.close("deployment: failed.");
  const second = (await Evidence.open("staging", "deployment-chat"))!;
  const scale = (await Evidence.open("staging", "scale-chat"))!;
  second.close();
  expect(second.folder).not.toBe(first.folder);
  expect(scale.folder).toBe(second.folder);
  expect([account(first.folder), account(second.folder)]).toMatchObject([
    { outcome: "failed" },
    { outcome: "succeeded" },
  ]);
});

test("long JSON output is cut, except that of a failed command", async () => {
  const evidence = (await Evidence.open("staging", "scale-chat"))!;
  const call = { at: "2026-11-21T15:00:00Z", args: ["machine", "list", "--json"], seconds: 1, stderr: "" };
  evidence.ended({ ...call, exitCode: 0, stdout: "x".repeat(10_000) });
  evidence.ended({ ...call, exitCode: 1, stdout: "x".repeat(10_000) });
  const lengths = readFileSync(join(evidence.folder, "commands.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { stdout: string }).stdout.length);
  expect(lengths).toEqual([2_053, 10_000]);
});

test("a step leaves its commands, its session and its account", async () => {
  const evidence = (await Evidence.open("staging", "deployment-chat"))!;
  evidence.began(["deploy", "--app", "chat", "--config", "/tmp/with blank"]);
  evidence.progress("Starting machine");
  evidence.ended({
    at: "2026-11-21T15:00:00Z",
    args: ["deploy"],
    seconds: 61.25,
    exitCode: 127,
    stdout: "a",
    stderr: "b",
  });
  evidence.fact("release", { version: 7 });
  evidence.close("deployment: was interrupted. Run it again.");
  const read = (name: string) => readFileSync(join(evidence.folder, name), "utf8");
  expect(JSON.parse(read("commands.jsonl"))).toMatchObject({
    step: "deployment-chat",
    args: ["deploy"],
    exitCode: 127,
  });
  expect(JSON.parse(read("deployment-chat.json"))).toMatchObject({
    outcome: "failed",
    problem: "deployment: was interrupted. Run it again.",
    release: { version: 7 },
  });
  expect(read("summary.md")).toContain("| deployment-chat | failed |");
  const session = read(sessionFile)
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(line.indexOf(" ") + 1));
  expect(session).toEqual([
    "deployment-chat: started",
    'deployment-chat: $ flyctl deploy --app chat --config "/tmp/with blank"',
    "  Starting machine",
    "deployment-chat: flyctl deploy: exit 127 after 61.3 s",
    "deployment-chat: failed",
  ]);
});

test("a folder that cannot be written does not stop a deployment", async () => {
  writeFileSync(join(root, "artifacts"), "a file where the folder should be");
  const printed = vi.spyOn(console, "error").mockImplementation(() => undefined);
  expect(await Evidence.open("staging", "app-chat")).toBeUndefined();
  expect(printed.mock.calls.join()).toMatch(/^evidence: cannot be written/);
  expect(readdirSync(root)).toEqual(["artifacts"]);
});
