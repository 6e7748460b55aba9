import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";
import { packageManifest, type Manifest } from "./manifest.ts";

test("entries are compiled, and no dependency is for development or brings Node", () => {
  const root = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as Manifest;
  const made = packageManifest(root) as Manifest & { exports: Record<string, unknown> };
  expect(made).not.toHaveProperty("private");
  expect(made).not.toHaveProperty("optionalDependencies");
  expect(made.bin).toEqual({ ops: "./scripts/package/ops.js" });
  expect(made.exports["."]).toEqual({ types: "./program.d.ts", default: "./program.js" });
  expect(made.exports["./schema"]).toBe("./schema/pulumi-stack.schema.json");
  expect(Object.keys(made.exports)).toEqual(Object.keys(root.exports));
  const left = Object.keys(root.dependencies).filter((name) => !(name in made.dependencies));
  expect(left).toEqual(["@aws-sdk/client-s3", "@kubernetes/client-node", "esbuild"]);
});
