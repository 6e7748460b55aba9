import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { projectFolder } from "../../lib/project-folder.ts";

/* This repository deploys itself as a project from the template does. */

const read = (file: string): string => readFileSync(join(projectFolder, file), "utf8");
const project = (file: string) => parse(read(file)) as Record<string, unknown>;

test.each(["index.ts", ".github/actions/setup/action.yml"])("%s is the template's", (file) => {
  expect(read(`template/${file}`)).toBe(read(file));
});

test("Pulumi.yaml is the template's, except for what `pulumi new` prints", () => {
  const { template, ...made } = project("template/Pulumi.yaml");
  expect(template).toBeDefined();
  expect(made).toEqual(project("Pulumi.yaml"));
});

test("the template depends on this version alone", () => {
  const { name, version, engines } = JSON.parse(read("package.json")) as Record<string, unknown>;
  const made = JSON.parse(read("template/package.json")) as Record<string, unknown>;
  expect(made["dependencies"]).toEqual({ [String(name)]: version });
  expect(made).not.toHaveProperty("devDependencies");
  expect(made["engines"]).toEqual(engines);
});

test("the template's workflows run only scripts that the package contains", () => {
  const build = read("scripts/package/build.ts");
  for (const workflow of ["deploy", "drift", "preview"]) {
    const text = read(`template/.github/workflows/${workflow}.yml`);
    for (const [, script = ""] of text.matchAll(/chatwoot-pulumi\/scripts\/ci\/(\w+)\.sh/g))
      expect(build).toMatch(new RegExp(`scripts/ci/\\{[^}]*\\b${script}\\b`));
    expect(text).not.toMatch(/(?<!chatwoot-pulumi\/)scripts\//);
  }
});
