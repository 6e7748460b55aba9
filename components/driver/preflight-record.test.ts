import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { onceInRun } from "./preflight-record.ts";

let folder: string;
let asked = 0;
const check = (): Promise<void> => {
  asked += 1;
  return Promise.resolve();
};
const records = () => readdirSync(join(folder, ".preflight"));

beforeEach(() => {
  asked = 0;
  folder = mkdtempSync(join(tmpdir(), "preflight-"));
  writeFileSync(join(folder, "flyctl"), "one");
  vi.stubEnv("PATH", folder);
  vi.stubEnv("FLY_CONFIG_DIR", folder);
  vi.stubEnv("FLY_API_TOKEN", "planted-token");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("the steps of a run check once, also those that start together", async () => {
  await Promise.all([onceInRun(check), onceInRun(check), onceInRun(check)]);
  await onceInRun(check);
  expect(asked).toBe(1);
});

test("the record has no secret", async () => {
  await onceInRun(check);
  const [name = ""] = records();
  expect([records().length, name + readFileSync(join(folder, ".preflight", name), "utf8")]).toEqual([
    1,
    expect.stringMatching(/^[0-9a-f]{64}$/),
  ]);
});

test.each([
  ["another token", () => void vi.stubEnv("FLY_API_TOKEN", "other")],
  ["another address of Fly", () => void vi.stubEnv("FLY_API_BASE_URL", "https://fly.example.com")],
  ["another flyctl", () => writeFileSync(join(folder, "flyctl"), "another")],
  ["another run", () => void vi.spyOn(process, "ppid", "get").mockReturnValueOnce(1)],
])("%s is checked again", async (_, change) => {
  await onceInRun(check);
  change();
  await onceInRun(check);
  expect(asked).toBe(2);
});

test("an old record is not valid, and goes away", async () => {
  await onceInRun(check);
  const [old = ""] = records();
  utimesSync(join(folder, ".preflight", old), 0, 0);
  vi.stubEnv("FLY_API_TOKEN", "other");
  await onceInRun(check);
  expect(records()).not.toContain(old);
  vi.stubEnv("FLY_API_TOKEN", "planted-token");
  await onceInRun(check);
  expect(asked).toBe(3);
});

test("a failed check is not recorded", async () => {
  await expect(onceInRun(() => Promise.reject(new Error("rejected")))).rejects.toThrow("rejected");
  await onceInRun(check);
  expect(asked).toBe(1);
});

test("without flyctl, the check reports it", async () => {
  rmSync(join(folder, "flyctl"));
  await onceInRun(check);
  await onceInRun(check);
  expect(asked).toBe(2);
});
