import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { versions } from "../../config/versions.ts";
import { projectFolder } from "../../lib/project-folder.ts";

interface Rule {
  groupName?: string;
  matchPackageNames?: string[];
  matchUpdateTypes?: string[];
  automerge?: boolean;
  dependencyDashboardApproval?: boolean;
  allowedVersions?: string;
  versioning?: string;
  matchFileNames?: string[];
  matchDatasources?: string[];
  pinDigests?: boolean;
}
interface Renovate {
  automerge: boolean;
  prConcurrentLimit: number;
  minimumReleaseAge: string;
  schedule: string[];
  customManagers: {
    managerFilePatterns: string[];
    matchStrings: string[];
    autoReplaceStringTemplate?: string;
  }[];
  packageRules: Rule[];
}

const read = (file: string): string => readFileSync(join(projectFolder, file), "utf8");
const renovate = JSON.parse(read("renovate.json")) as Renovate;
// New files count before they are added; ignored files do not.
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: projectFolder })
  .toString()
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(projectFolder, file)));

/**
 * The matches of the project's own managers, as Renovate runs them: every expression over every file of its patterns.
 */
const found = renovate.customManagers.flatMap(({ managerFilePatterns, matchStrings }) => {
  const patterns = managerFilePatterns.map((pattern) => new RegExp(pattern.slice(1, -1)));
  return files
    .filter((file) => patterns.some((pattern) => pattern.test(file)))
    .flatMap((file) =>
      matchStrings.flatMap((match) => [...read(file).matchAll(new RegExp(match, "g"))].map(({ groups }) => groups!)),
    );
});

/** Renovate's Go module manager reads direct requirements and tools. */
const goModules = files
  .filter((file) => /(^|\/)go\.mod$/.test(file))
  .flatMap((file) => [...read(file).matchAll(/^\s*(?:require |replace |tool )?([\w.-]+\.[\w.-]+\/\S+)/gm)])
  .map(([, name]) => name!);
const actions = files
  .filter((file) => /^\.github\/(workflows|actions\/[^/]+)\/[^/]+\.ya?ml$/.test(file))
  .flatMap((file) => [...read(file).matchAll(/uses: ([\w.-]+\/[\w.-]+)\S*@/g)])
  .map(([, name]) => name!);
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read("package.json")) as Record<
  "dependencies" | "devDependencies" | "optionalDependencies",
  Record<string, string>
>;
const packages = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });

describe("config/versions.ts", () => {
  test.each(Object.entries(versions))("finds %s once, whole", (_name, pin) => {
    const matching = found.filter(({ depName, currentValue, currentDigest }) => {
      const image = `${depName}:${currentValue}${currentDigest === undefined ? "" : `@${currentDigest}`}`;
      return pin === image || pin === currentValue;
    });
    expect(matching).toHaveLength(1);
  });

  const images = Object.values(versions).filter((pin) => pin.includes("/"));

  test.each(images)("pins %s by digest: what Renovate writes is found again, with its digest", (pin) => {
    const rule = renovate.packageRules.find(({ pinDigests }) => pinDigests === true);
    expect(rule).toMatchObject({ matchFileNames: ["config/versions.ts"], matchDatasources: ["docker"] });
    const { matchStrings, autoReplaceStringTemplate } = renovate.customManagers.find(
      ({ autoReplaceStringTemplate }) => autoReplaceStringTemplate !== undefined,
    )!;
    const match = (text: string) => new RegExp(matchStrings[0]!).exec(text)?.groups;
    const { depName, currentValue } = match(JSON.stringify(pin))!;
    const digest = `sha256:${"1".repeat(64)}`;
    const written = Object.entries({ depName, newValue: currentValue, newDigest: digest })
      .reduce((text, [name, value]) => text.replace(`{{{${name}}}}`, value!), autoReplaceStringTemplate!)
      .replace(/\{\{[^}]*\}\}/g, "");
    expect(match(written)).toEqual({ depName, currentValue, currentDigest: digest });
  });

  test("and, elsewhere, the npm package of the CLI alone", () => {
    expect(found.filter(({ datasource }) => datasource === "npm").map(({ depName }) => depName)).toEqual(["pulumi"]);
    expect(found).toHaveLength(Object.keys(versions).length + 1);
  });
});

/** Where a version may occur: each of these has a manager. */
const managed = [/^config\/versions\.ts$/, /(^|\/)package(-lock)?\.json$/, /(^|\/)go\.(mod|sum)$/, /^\.github\//];
/** Records of the past, which do not change. */
const history = [
  "components/chatwoot/upgrade-stops.ts",
  "components/chatwoot/initializers.ts",
  "config/chatwoot-variables.ts",
];
/** Examples in messages. */
const examples = ['"1.2.3"', ":v4.14.0"];

test("no version is pinned outside the managers' files", () => {
  const unmanaged = files
    .filter((file) =>
      /^(lib|config|components|stacks|ops|scripts|fleet|examples|\.github)\/.*\.(ts|mjs|rb|sh|ya?ml|json)$/.test(file),
    )
    .filter((file) => !file.endsWith(".test.ts"))
    .filter((file) => !managed.some((pattern) => pattern.test(file)) && !history.includes(file))
    .flatMap((file) =>
      // A version in a value: after a quotation mark, as the tag of an image, after a package's name.
      [...read(file).matchAll(/["'`:@]v?\d+\.\d+\.\d+(?![.\d])["'`]?/g)]
        .map(([version]) => version)
        .filter((version) => !examples.includes(version))
        .map((version) => `${file}: ${version}`),
    );
  expect(unmanaged).toEqual([]);
});

test("pins every package exactly", () => {
  expect(packages.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

const known = [
  ...found.map(({ depName }) => depName!),
  ...packages.map(([name]) => name),
  ...goModules,
  ...actions,
  // The workflow manager's matches in the inputs of known actions, and the directive of go.mod.
  ...["actions/node-versions", "pulumi/pulumi", "superfly/flyctl", "go"],
];
const named = renovate.packageRules.flatMap(({ matchPackageNames = [] }) => matchPackageNames);

test.each(named)("a rule for %s matches something", (pattern) => {
  const wanted = new RegExp(`^${pattern.replace(/[.+]/g, "\\$&").replace(/\*\*/g, ".*")}$`);
  expect(known.filter((name) => wanted.test(name))).not.toEqual([]);
});

describe("limits", () => {
  test("nothing merges automatically, and few pull requests are open at once", () => {
    expect(renovate.automerge).toBe(false);
    expect(renovate.packageRules.filter(({ automerge }) => automerge === true)).toEqual([]);
    expect(renovate.prConcurrentLimit).toBeLessThanOrEqual(5);
    expect(renovate.schedule).not.toEqual([]);
    expect(renovate.minimumReleaseAge).toMatch(/^\d+ days$/);
  });

  test.each(["ghcr.io/cloudnative-pg/postgresql", "docker.io/library/redis"])(
    "another major version of %s waits for approval",
    (image) => {
      const rules = renovate.packageRules.filter(
        ({ matchPackageNames, matchUpdateTypes }) =>
          matchPackageNames?.includes(image) && matchUpdateTypes?.includes("major"),
      );
      expect(rules).toMatchObject([{ dependencyDashboardApproval: true }]);
    },
  );

  /** Tags that Renovate compares by an expression: the running tag must match, and no variant may. */
  const tags: [image: string, others: string[]][] = [
    ["chatwoot/chatwoot", ["latest", "v4.16.2-ce", "develop", "sha-1234567"]],
    ["ghcr.io/cloudnative-pg/postgresql", ["17.11-minimal-trixie", "17.11-standard-bookworm", "18-standard-trixie"]],
  ];
  test.each(tags)("%s: another variant is not a newer version", (image, others) => {
    const rule = renovate.packageRules.find(
      ({ versioning, matchPackageNames }) => versioning?.startsWith("regex:") && matchPackageNames?.includes(image),
    );
    const versioning = new RegExp(rule!.versioning!.slice("regex:".length));
    expect(found.find(({ depName }) => depName === image)!.currentValue).toMatch(versioning);
    for (const other of others) expect(other).not.toMatch(versioning);
  });
});
