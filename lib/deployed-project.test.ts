import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { deployedProject } from "./deployed-project.ts";

test("is the nearest folder with a Pulumi.yaml, otherwise the working directory", () => {
  const folder = mkdtempSync(join(tmpdir(), "deployed-project-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const inner = join(folder, "a", "b");
  mkdirSync(inner, { recursive: true });
  expect(deployedProject(inner)).toBe(inner);
  writeFileSync(join(folder, "Pulumi.yaml"), "");
  expect(deployedProject(inner)).toBe(folder);
});
