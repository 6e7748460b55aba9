import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { followFaults } from "./faults.ts";

function follow() {
  const dir = mkdtempSync(join(tmpdir(), "faults-"));
  const [file, folder] = [join(dir, "faults.json"), join(dir, "faults")];
  mkdirSync(folder);
  const onChange = vi.fn();
  writeFileSync(file, '{"delayMs": 5}');
  const faults = followFaults(file, folder, onChange);
  onTestFinished(() => {
    faults.stop();
    rmSync(dir, { recursive: true });
  });
  return { faults, onChange, file, own: join(folder, "mine.json") };
}

test("a namespace's own file applies to it alone, until it is deleted", async () => {
  const { faults, onChange, own } = follow();
  expect(faults.of("mine").delayMs).toBe(5);
  writeFileSync(own, '{"delayMs": 7}');
  await expect.poll(() => faults.of("mine").delayMs).toBe(7);
  expect(faults.of("other").delayMs).toBe(5);
  rmSync(own);
  await expect.poll(() => faults.of("mine").delayMs).toBe(5);
  expect(onChange).toHaveBeenCalledTimes(2);
});

test("an invalid file is reported once, and the previous faults apply", async () => {
  const { faults, onChange, file } = follow();
  const printed = vi.spyOn(console, "error").mockImplementation(() => undefined);
  writeFileSync(file, "{");
  await expect.poll(() => onChange.mock.calls.length).toBe(1);
  expect(printed.mock.calls).toEqual([[expect.stringMatching(/faults\.json: .*JSON.*\. Correct the file\.$/)]]);
  expect(faults.of("mine").delayMs).toBe(5);
});
