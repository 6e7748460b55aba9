import { execa } from "execa";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { projectFolder } from "../../../lib/project-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "workflow-scripts-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Replaces a command on PATH; `calls` contains the arguments of every call. */
async function command(name: string, ...lines: string[]): Promise<void> {
  const record = `printf '%s\\n' "${name} $*" >> "${folder}/calls"`;
  await writeFile(join(folder, name), ["#!/usr/bin/env bash", record, ...lines, ""].join("\n"));
  await chmod(join(folder, name), 0o755);
}

const calls = async (): Promise<string[]> =>
  (await readFile(join(folder, "calls"), "utf8").catch(() => "")).split("\n").filter(Boolean);

function run(script: string, args: string[], env: Record<string, string> = {}) {
  return execa(join(projectFolder, "scripts", "ci", script), args, {
    cwd: projectFolder,
    env: { PATH: `${folder}:${process.env["PATH"] ?? ""}`, ...env },
    reject: false,
    timeout: 120_000,
  });
}

describe("an issue for a recurring check", () => {
  const title = 'Drift: a "b" \\ $(c)';
  const open = JSON.stringify([
    { number: 3, title: "Drift: other" },
    { number: 7, title },
  ]);

  async function keep(report: string, issues: string): Promise<string[]> {
    await writeFile(join(folder, "report.md"), report);
    await writeFile(join(folder, "issues.json"), issues);
    await command("gh", `if [ "$1 $2" = "issue list" ]; then cat "${folder}/issues.json"; fi`);
    const { exitCode, stderr } = await run("issue.sh", [
      "drift",
      title,
      join(folder, "report.md"),
      "The stack is healthy.",
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    return (await calls()).filter((call) => !/^gh (label|issue list)/.test(call));
  }

  test("is opened once", async () => {
    expect(await keep("differs", "[]")).toEqual([
      `gh issue create --title ${title} --label drift --body-file ${join(folder, "report.md")}`,
    ]);
  });
  test("is updated while it is open", async () => {
    expect(await keep("differs", open)).toEqual([`gh issue edit 7 --body-file ${join(folder, "report.md")}`]);
  });
  test("is closed by an empty report", async () => {
    expect(await keep("", open)).toEqual(["gh issue close 7 --comment The stack is healthy."]);
  });
  test("nothing happens without an issue and a report", async () => {
    expect(await keep("", "[]")).toEqual([]);
  });
  test("an error of GitHub is not treated as a missing issue", async () => {
    await writeFile(join(folder, "report.md"), "differs");
    await command("gh", 'if [ "$1 $2" = "issue list" ]; then exit 1; fi');
    expect((await run("issue.sh", ["drift", title, join(folder, "report.md"), "Well."])).exitCode).not.toBe(0);
    expect((await calls()).join("\n")).not.toContain("issue create");
  });

  test("one for each report of a run; a stack without a report keeps its issue", async () => {
    const made = `for s in staging prod; do mkdir -p "$7/drift-$s"; echo "$s" > "$7/drift-$s/drift-$s.md"; done`;
    await command("gh", `case "$1 $2" in "run download") ${made} ;; "issue list") echo "[]" ;; esac`);
    const { exitCode } = await run("reports.sh", ["drift", "Drift", "Well."], { GITHUB_RUN_ID: "12" });
    expect(exitCode).toBe(0);
    const created = (await calls()).filter((call) => call.startsWith("gh issue create"));
    expect(created.map((call) => /--title (.*) --label drift /.exec(call)?.[1])).toEqual([
      "Drift: prod",
      "Drift: staging",
    ]);
  });
});

describe("the drill on Fly", () => {
  const database = { RESTORE_DATABASE_URL: "postgresql://postgres:planted@127.0.0.1:1/postgres" };
  const drill = async (npm: string, target = "echo fly") => {
    await command("pulumi", target);
    await command("npm", npm);
    return run("restore-drill.sh", ["staging"], database);
  };

  test("reports nothing for a dump that was restored completely", async () => {
    const { exitCode, stdout } = await drill("echo Every table has the rows of the dump.");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(await calls()).toContain("npm run --silent ops -- restore --stack staging --yes");
  });
  test.each([1, 2])("reports the output of a drill that ended with %i", async (code) => {
    const { exitCode, stdout } = await drill(`echo "messages: 3 of 5 rows"; exit ${code}`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^### The newest dump could not be restored completely\n[^]*messages: 3 of 5 rows[^]*backup list --stack staging`/,
    );
    expect(stdout).not.toContain("planted");
  });
  test("fails if the stack's target is unknown", async () => {
    expect((await drill("exit 0", "exit 255")).exitCode).toBe(1);
    expect((await drill("exit 0", "echo elsewhere")).exitCode).toBe(1);
  });
});

describe("the drill on Kubernetes", () => {
  const today = (days: number): string => `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)}Z`;
  const cronJobs = JSON.stringify({
    items: [
      {
        metadata: { name: "chatwoot-restore-drill", creationTimestamp: today(400) },
        spec: { schedule: "0 5 * * 0" },
        status: { lastSuccessfulTime: today(0) },
      },
    ],
  });
  const jobs = (status: object) =>
    JSON.stringify({
      items: [
        {
          metadata: {
            name: "chatwoot-restore-drill-1",
            creationTimestamp: today(1),
            ownerReferences: [{ kind: "CronJob", name: "chatwoot-restore-drill" }],
          },
          status,
        },
      ],
    });

  async function drill(found: object, kubectl = "") {
    await mkdir(join(folder, "answers"), { recursive: true });
    await writeFile(join(folder, "answers", "cronjobs"), cronJobs);
    await writeFile(join(folder, "answers", "jobs"), jobs(found));
    await command(
      "pulumi",
      'case "$*" in *"get target"*) echo kubernetes ;; *context*) echo newjoy ;; *) exit 255 ;; esac',
    );
    await command(
      "kubectl",
      kubectl,
      `case "$*" in`,
      `  *" get "*) for each in "$@"; do [ -f "${folder}/answers/$each" ] && cat "${folder}/answers/$each"; done; exit 0 ;;`,
      `  *logs*) echo '{"event":"restore-drill","result":"failed","reason":"no accounts"}' ;;`,
      "esac",
    );
    return run("restore-drill.sh", ["prod"]);
  }

  test("reports nothing for a successful drill, and uses the stack's own context and namespace", async () => {
    const { exitCode, stdout } = await drill({ succeeded: 1 });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    const asked = (await calls()).filter((call) => call.startsWith("kubectl"));
    expect(asked.length).toBeGreaterThan(1);
    for (const call of asked) expect(call).toMatch(/^kubectl --context newjoy --namespace chatwoot /);
  });
  test("reports a failed drill with its output", async () => {
    const { exitCode, stdout } = await drill({ failed: 1 });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^### The drill of \d{4}-\d\d-\d\d failed\n[^]*"reason":"no accounts"/);
    expect(await calls()).toContainEqual(expect.stringMatching(/ logs job\/chatwoot-restore-drill-1 /));
  });
  test("reports a failure even if its log is gone", async () => {
    const { stdout } = await drill({ failed: 1 }, 'case "$*" in *logs*) exit 1 ;; esac');
    expect(stdout).toMatch(/^### The drill of .* failed\n\nThe next command: `kubectl describe job/);
  });
  test("fails if the cluster does not answer", async () => {
    expect(await drill({ succeeded: 1 }, "exit 1")).toMatchObject({ exitCode: 1, stdout: "" });
  });
});

describe("the weekly report", () => {
  test.each([
    ["a good week", 0, 0, false],
    ["a week that missed a target", 2, 0, true],
    ["an unreadable week", 1, 1, false],
  ])("%s", async (_what, code, expected, warned) => {
    await command("npm", `echo "# Week"; exit ${code}`);
    const { exitCode, stdout, stderr } = await run("weekly-report.sh", ["staging"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: "# Week" });
    expect(stderr.includes("::warning")).toBe(warned);
  });
});

describe("a test command in a job", () => {
  const summary = (): Promise<string> => readFile(join(folder, "summary.md"), "utf8");
  const env = (): Record<string, string> => ({ RUNNER_TEMP: folder, GITHUB_STEP_SUMMARY: join(folder, "summary.md") });

  test("prints its last lines as the summary, and returns its result", async () => {
    await command("suite", "echo 'a line'", "echo '12 passed, 0 failed'");
    expect(await run("test.sh", ["suite", "--all"], env())).toMatchObject({ exitCode: 0 });
    expect(await calls()).toEqual(["suite --all"]);
    expect(await summary()).toBe("~~~~text\na line\n12 passed, 0 failed\n~~~~\n");
  });

  test("lists failed tests once, without colours", async () => {
    const failed = "\\033[31m FAIL \\033[0m unit lib/redact.test.ts > hides";
    await command("suite", `printf '${failed}\\n${failed}\\n'`, "seq 20", "exit 3");
    expect(await run("test.sh", ["suite"], env())).toMatchObject({ exitCode: 3 });
    const lines = (await summary()).trim().split("\n");
    expect(lines.filter((line) => line.includes("FAIL"))).toEqual([" FAIL  unit lib/redact.test.ts > hides"]);
    expect(lines.at(-2)).toBe("20");
    expect(await readFile(join(folder, "test-summary.md"), "utf8")).toBe(await summary());
  });
});
