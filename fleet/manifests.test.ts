import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { versions } from "../config/versions.ts";
import { fleetList, type FleetList } from "./list.ts";
import { fleetManifests } from "./manifests.ts";
import type { Stack } from "./operator.ts";
import { checkFleet, readFleet } from "./read.ts";
import { projectFolder } from "../lib/project-folder.ts";

const example = join(projectFolder, "fleet", "example.yaml");
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list of any form
type Any = any;
const raw = (): Any => parse(readFileSync(example, "utf8"));
const stacksOf = (list: FleetList): Stack[] =>
  fleetManifests(list).filter((object): object is Stack => object.kind === "Stack");

const problems = (change: (list: Any) => void): string => {
  const list = raw();
  change(list);
  try {
    checkFleet(list, "fleet.yaml");
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

test("the example is valid, and its Pulumi has the program's version", () => {
  const list = readFleet(example);
  expect(stacksOf(list).map(({ metadata }) => metadata.name)).toEqual(["canary", "acme", "globex"]);
  const { dependencies } = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  expect(versions.pulumiImage).toContain(`:${dependencies["@pulumi/pulumi"]}-`);
});

test.each<[string, (list: Any) => void, RegExp]>([
  [
    "an unknown key",
    (list) => (list.environments[0].stak = "x"),
    /environments\.0\.stak: is not a setting\. Did you mean stack\?/,
  ],
  ["a duplicate name", (list) => (list.environments[1].name = "canary"), /environments\.1\.name: canary is used twice/],
  ["a duplicate stack", (list) => (list.environments[1].stack = "example/canary"), /environments\.1\.stack: /],
  ["a name that Kubernetes rejects", (list) => (list.environments[0].name = "Acme_1"), /is not a valid name/],
  [
    "waiting for an unknown environment",
    (list) => (list.environments[1].after = ["nobody"]),
    /nobody is not in the list/,
  ],
  [
    "a dependency on itself",
    (list) => (list.environments[0].after = ["acme"]),
    /environments\.0\.after: depends on itself/,
  ],
  [
    "a duplicate setting",
    (list) => (list.environments[1].config["chatwoot:oidcClientSecret"] = "x"),
    /Remove one of the two/,
  ],
  [
    "a secret in plain text",
    (list) => (list.environments[1].secrets["chatwoot:x"] = "planted"),
    /secrets\.chatwoot:x: /,
  ],
  [
    "a setting without its project",
    (list) => (list.environments[1].config.url = "x"),
    /is not a valid configuration key/,
  ],
  [
    "an invalid variable",
    (list) => (list.env["pulumi-token"] = { secret: "a", key: "b" }),
    /is not a valid variable name/,
  ],
  ["no environment", (list) => (list.environments = []), /environments: /],
  [
    "no namespace",
    (list) => delete list.namespace,
    /^fleet\.yaml has 1 problem:\n {2}namespace: is missing\. Add it\.$/,
  ],
])("rejects %s", (_what, change, expected) => {
  expect(problems(change)).toMatch(expected);
});

test("an invalid or missing file is named", () => {
  expect(() => readFleet("/nowhere.yaml")).toThrow(/^\/nowhere\.yaml: cannot be read: ENOENT/);
  expect(() => readFleet(join(projectFolder, "tsconfig.json"))).toThrow(/tsconfig\.json has \d+ problems:\n {2}/);
});

describe("any list", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{1,10}$/);
  const lists = fc
    .uniqueArray(name, { minLength: 1, maxLength: 30 })
    .chain((names) =>
      fc.tuple(
        ...names.map((each, index) =>
          fc.record({
            name: fc.constant(each),
            stack: fc.constant(`example/${each}`),
            after: fc.subarray(names.slice(0, index)),
            previewOnly: fc.boolean(),
            kubeconfigSecret: fc.option(name, { nil: undefined }),
          }),
        ),
      ),
    )
    .map((environments) => fleetList.parse({ ...raw(), environments }));

  test("names are unique, and every reference exists", () => {
    fc.assert(
      fc.property(lists, (list) => {
        const objects = fleetManifests(list);
        const ids = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { metadata, spec } of stacksOf(list)) {
          expect(ids).toContain(`ServiceAccount/${spec.serviceAccountName}`);
          for (const { name: other } of spec.prerequisites ?? []) expect(ids).toContain(`Stack/${other}`);
          expect(metadata.namespace).toBe(list.namespace);
        }
        for (const { metadata } of objects) expect(metadata.name.length).toBeLessThanOrEqual(253);
      }),
      { numRuns: 50 },
    );
  });

  test("deleting an object keeps the environment, and no stack is created by accident", () => {
    fc.assert(
      fc.property(lists, (list) => {
        for (const { spec } of stacksOf(list))
          expect(spec).toMatchObject({ destroyOnFinalize: false, useLocalStackOnly: true });
      }),
      { numRuns: 20 },
    );
  });

  test("all environments can be ordered", () => {
    fc.assert(
      fc.property(lists, (list) => {
        const waiting = new Map(stacksOf(list).map(({ metadata, spec }) => [metadata.name, spec.prerequisites ?? []]));
        const done = new Set<string>();
        for (let round = 0; round < waiting.size; round++)
          for (const [each, before] of waiting) if (before.every((other) => done.has(other.name))) done.add(each);
        expect(done.size).toBe(waiting.size);
      }),
      { numRuns: 20 },
    );
  });
});

test("a commit is pinned, anything else is a branch", () => {
  const at = (revision: string) => {
    const list = raw();
    list.environments = [{ name: "one", stack: "one", revision }];
    return stacksOf(fleetList.parse(list))[0]!.spec;
  };
  expect(at("v1.2.3")).toMatchObject({ branch: "v1.2.3" });
  expect(at("0123456789abcdef0123456789abcdef01234567")).toMatchObject({ commit: expect.stringMatching(/^0123/) });
  expect(at("0123456789abcdef0123456789abcdef01234567")).not.toHaveProperty("branch");
});
