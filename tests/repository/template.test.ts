import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { projectFolder } from "../../lib/project-folder.ts";

/* This repository deploys itself as a project from the template does. */

const read = (file: string): string => readFileSync(join(projectFolder, file), "utf8");
const project = (file: string) => parse(read(file)) as Record<string, unknown>;

test("index.ts is the template's", () => {
  expect(read("template/index.ts")).toBe(read("index.ts"));
});

test("Pulumi.yaml is the template's, except for what `pulumi new` prints", () => {
  const { template, ...made } = project("template/Pulumi.yaml");
  expect(template).toBeDefined();
  expect(made).toEqual(project("Pulumi.yaml"));
});

/** The keys of a stack file in their order, those in comments too, and those of the target's object. */
function keysOf(file: string): string[] {
  const [shared = "", inner = ""] = read(file).split(/^ {2}chatwoot:(?:fly|kubernetes):$/m);
  return [
    ...[...shared.matchAll(/^ {2}(?:# )?(chatwoot:\w+):/gm)],
    ...[...inner.matchAll(/^ {4}(?:# )?(\w+):(?: |$)/gm)],
  ].map(([, key]) => key!);
}

test.each([
  ["staging", "fly"],
  ["prod", "kubernetes"],
])("Pulumi.%s.yaml has the form of a new stack file for %s", (stack, target) => {
  const [own, example] = [keysOf(`Pulumi.${stack}.yaml`), keysOf(`ops/init/${target}.yaml`)];
  expect(own.length).toBeGreaterThan(8);
  expect(example.filter((key) => own.includes(key))).toEqual(own);
});

test("the template depends on this version alone", () => {
  const { name, version, engines } = JSON.parse(read("package.json")) as Record<string, unknown>;
  const made = JSON.parse(read("template/package.json")) as Record<string, unknown>;
  expect(made["dependencies"]).toEqual({ [String(name)]: version });
  expect(made).not.toHaveProperty("devDependencies");
  expect(made["engines"]).toEqual(engines);
});
