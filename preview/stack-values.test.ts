import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadProject } from "pulumi-embedded-engine";
import { projectFolder } from "../lib/project-folder.ts";
import { previewConfig } from "./stack-values.ts";

test("an encrypted value without a value of the sandbox becomes one in the form of its secret", () => {
  const dir = mkdtempSync(join(tmpdir(), "chatwoot-stack-values-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const names = ["environmentSecrets", "migrationDatabaseUrl", "smtpPassword"];
  const lines = names.map((name) => `  chatwoot:${name}: { secure: v1:planted }`);
  writeFileSync(join(dir, "Pulumi.staging.yaml"), ["config:", "  chatwoot:target: fly", ...lines, ""].join("\n"));
  const { values } = previewConfig({ ...loadProject(projectFolder), dir }, "staging", "unused");
  expect(names.map((name) => values[`chatwoot:${name}`])).toEqual([
    "{}",
    "postgresql://sandbox:sandbox-migrationDatabaseUrl@migrationdatabaseurl.example.com:5432/sandbox",
    "sandbox-smtpPassword",
  ]);
});
