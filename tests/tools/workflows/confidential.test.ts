import { execa } from "execa";
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { projectFolder } from "../../../lib/project-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "confidential-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const planted = "db.planted.example";
const script = (name: string): string => join(projectFolder, "scripts", "ci", name);
const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8").catch(() => "");
const run = (file: string, args: readonly string[], env: Record<string, string> = {}) =>
  execa(file, args, {
    ...{ cwd: folder, reject: false, timeout: 60_000, extendEnv: false },
    env: { PATH: `${folder}:${process.env["PATH"] ?? ""}`, RUNNER_TEMP: folder, ...env },
  });
async function command(name: string, ...lines: string[]): Promise<void> {
  await writeFile(join(folder, name), ["#!/usr/bin/env bash", ...lines, ""].join("\n"));
  await chmod(join(folder, name), 0o755);
}

/** Everything that a job on GitHub shows to anyone. */
const shown = async ({ stdout, stderr }: { stdout: string; stderr: string }): Promise<string> =>
  [stdout, stderr, await read("report.md")].join("\n");

describe("output about an installation", () => {
  beforeEach(() => command("tool", `echo ${planted}`, `echo ${planted} >&2`, 'exit "$1"'));

  test.each([undefined, "false", "unknown", "TRUE", ""])(
    "is not shown if the repository's privacy is %j",
    async (answer) => {
      const env: Record<string, string> = answer === undefined ? {} : { REPOSITORY_PRIVATE: answer };
      for (const args of [
        ["a", "tool", "3"],
        ["--report", "report.md", "b", "tool", "3"],
      ]) {
        const result = await run(script("confidential.sh"), args, env);
        expect(result.exitCode).toBe(3);
        expect(await shown(result)).not.toContain(planted);
        expect(result.stdout).toMatch(/^[ab] ended with exit code 3\./);
      }
      expect(await read("report.md")).toContain("The details of `b` are not shown");
      for (const name of ["a.md", "a.log", "b.md", "b.log"]) {
        expect(await read(`artifacts/ci/${name}`)).toBe(`${planted}\n`);
        expect((await stat(join(folder, "artifacts/ci", name))).mode & 0o077).toBe(0);
      }
    },
  );

  test("is shown in a private repository, with the command's own result", async () => {
    const direct = await run(script("confidential.sh"), ["a", "tool", "3"], { REPOSITORY_PRIVATE: "true" });
    expect(direct).toMatchObject({ exitCode: 3, stdout: planted, stderr: planted });
    const reported = await run(script("confidential.sh"), ["--report", "report.md", "a", "tool", "4"], {
      REPOSITORY_PRIVATE: "true",
    });
    expect(reported).toMatchObject({ exitCode: 4, stdout: "" });
    expect(await read("report.md")).toBe(`${planted}\n`);
  });

  test.each(["true", "false"])("a report of nothing is empty, private %s", async (answer) => {
    await command("quiet", "exit 0");
    await run(script("confidential.sh"), ["--report", "report.md", "a", "quiet"], { REPOSITORY_PRIVATE: answer });
    expect((await stat(join(folder, "report.md"))).size).toBe(0);
  });
});

describe("evidence", () => {
  const evidence = async (env: Record<string, string>) => {
    await run("mkdir", ["-p", "artifacts/ci"]);
    await writeFile(join(folder, "artifacts/ci/a.log"), planted);
    return run(script("evidence.sh"), [], env);
  };

  test("is uploaded as it is from a private repository", async () => {
    expect((await evidence({ REPOSITORY_PRIVATE: "true", EVIDENCE_CERTIFICATE: "x" })).exitCode).toBe(0);
    expect(await read("upload/ci/a.log")).toBe(planted);
  });

  test("is encrypted otherwise, and the page's command reads it", async () => {
    const page = await readFile(join(projectFolder, "docs/review.md"), "utf8");
    const [make, decrypt] = [...page.matchAll(/^openssl .*$(?:\n^ .*$)*/gm)].map(([line]) => line);
    expect((await run("bash", ["-c", make!])).exitCode).toBe(0);
    const result = await evidence({
      REPOSITORY_PRIVATE: "false",
      EVIDENCE_CERTIFICATE: (await read("evidence.crt")).trim(),
    });
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await readdir(join(folder, "upload"))).toEqual(["evidence.tar.gz.cms"]);
    expect(await read("upload/evidence.tar.gz.cms")).not.toContain(planted);
    await rm(join(folder, "artifacts"), { recursive: true });
    await run("mv", ["upload/evidence.tar.gz.cms", "."]);
    expect(await run("bash", ["-c", decrypt!])).toMatchObject({ exitCode: 0 });
    expect(await read("ci/a.log")).toBe(planted);
  });

  test("is not uploaded without a certificate, and the job says why", async () => {
    const result = await evidence({ REPOSITORY_PRIVATE: "unknown" });
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toMatch(/^::notice title=Evidence::Not kept: .*EVIDENCE_CERTIFICATE/);
    expect(await readdir(join(folder, "upload"))).toEqual([]);
  });

  test("is not uploaded in the clear with a wrong certificate", async () => {
    expect((await evidence({ EVIDENCE_CERTIFICATE: "no certificate" })).exitCode).not.toBe(0);
    expect(await read("upload/ci/a.log")).toBe("");
    for (const name of await readdir(join(folder, "upload")))
      expect(await read(`upload/${name}`)).not.toContain(planted);
  });

  test("nothing was written: nothing is uploaded", async () => {
    expect((await run(script("evidence.sh"), [])).exitCode).toBe(0);
    expect(await readdir(join(folder, "upload"))).toEqual([]);
  });
});

const steps = async (file: string, job: string): Promise<{ run?: string }[]> =>
  (
    parse(await readFile(join(projectFolder, ".github", file), "utf8")) as {
      jobs: Record<string, { steps: { run?: string }[] }>;
    }
  ).jobs[job]!.steps;

test.each([
  ["identical", 0],
  ["behind", 0],
  ["ahead", 1],
  ["diverged", 1],
  ["", 1],
])("a commit that is %s to the default branch: %i", async (status, code) => {
  await command("gh", `[ "$2" = "repos/o/r/compare/main...c0ffee" ] && echo "${status}"`);
  const [{ run: text } = {}] = await steps("workflows/deploy.yml", "on-main");
  const env = { GITHUB_REPOSITORY: "o/r", MAIN: "main", GITHUB_SHA: "c0ffee", GITHUB_REF_NAME: "v1" };
  const result = await run("bash", ["-e", "-c", text!], env);
  expect(result.exitCode).toBe(code);
  if (code === 1) expect(result.stdout).toContain("v1 is not on main");
});

test.each([
  ["true", "echo true"],
  ["false", "echo false"],
  ["unknown", "exit 1"],
])("the repository's privacy is %s, as GitHub answers", async (expected, gh) => {
  await command("gh", gh);
  const { runs } = parse(await readFile(join(projectFolder, ".github/actions/credentials/action.yml"), "utf8")) as {
    runs: { steps: { run?: string }[] };
  };
  await run("bash", ["-e", "-c", runs.steps[0]!.run!], { GITHUB_REPOSITORY: "o/r", GITHUB_ENV: join(folder, "env") });
  expect(await read("env")).toBe(`REPOSITORY_PRIVATE=${expected}\n`);
});

describe("PostgreSQL's client", () => {
  const install = async (keys: string) => {
    await command("gpg", keys);
    await command("sudo", `echo "$*" >> '${folder}/calls'`, '[ "$1" != tee ] || cat >> "$0.source"');
    return run(script("postgres-client.sh"), ["17"], { GITHUB_PATH: join(folder, "path") });
  };
  const key = "echo fpr:::::::::B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8:";

  test("is installed from a source that only its own key signs", async () => {
    expect((await install(key)).exitCode).toBe(0);
    expect(await read("sudo.source")).toMatch(
      /^deb \[signed-by=\/usr\/share\/postgresql-common\/\S+\] https:\S+ \S+-pgdg main\n$/,
    );
    expect(await read("path")).toBe("/usr/lib/postgresql/17/bin\n");
  });
  test.each([
    "exit 2",
    "echo fpr:::::::::0000000000000000000000000000000000000000:",
    `${key}\n${key.replace("B97B", "0000")}`,
  ])("is not installed with another key: %s", async (keys) => {
    const result = await install(keys);
    expect([result.exitCode, await read("calls")]).toEqual([1, ""]);
    expect(result.stderr).toContain("is the key B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8 alone");
  });
});

test("a project's own exceptions reach the policies", async () => {
  await command("pulumi", 'echo "$*"');
  expect((await run(script("preview.sh"), ["prod"])).stdout).not.toContain("--policy-pack-config");
  await writeFile(join(folder, "policy-exceptions.json"), "{}");
  expect((await run(script("preview.sh"), ["prod"])).stdout).toContain(
    "/policy --policy-pack-config policy-exceptions.json",
  );
});

test("the preview of the deployed stack prints Pulumi's output and its result", async () => {
  await command("pulumi", "echo 'Policies: 1 violated'", "exit 255");
  const { stdout, exitCode } = await run(script("preview.sh"), ["prod"]);
  expect([exitCode, stdout]).toEqual([255, "### Preview of prod\n\n~~~~text\nPolicies: 1 violated\n~~~~"]);
});
