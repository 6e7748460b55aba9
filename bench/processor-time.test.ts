import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { parseProcessorSeconds, processorSeconds } from "./processor-time.ts";

test.each([
  ["(node)", 1.2],
  ["(npm run (test) x)", 1.2],
])("a process called %s", (name, seconds) => {
  expect(parseProcessorSeconds(`42 ${name} S 1 42 42 0 -1 4194304 9 8 7 6 50 30 25 15 20 0 11 0 999\n`)).toBe(seconds);
});

test("rejects text in another format", () => {
  expect(() => parseProcessorSeconds("42 (node) S 1")).toThrow("/proc/self/stat: unexpected form: 42 (node) S 1");
});

test.runIf(process.platform === "linux")("counts children that have exited", () => {
  const before = processorSeconds()!;
  execFileSync(process.execPath, ["-e", "const end = Date.now() + 300; while (Date.now() < end);"]);
  expect(processorSeconds()! - before).toBeGreaterThan(0.02);
});
