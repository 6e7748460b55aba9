import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openSandbox } from "./support.ts";

const sandbox = openSandbox();
afterAll(() => sandbox.dispose());

describe("a run that cannot begin", () => {
  const overlayFile = join(sandbox.root, "wrong-overlay.yaml");
  writeFileSync(overlayFile, "configs: {}\n");

  test.each([
    ["an unknown command", ["frobnicate"], {}, 1, "unknown command 'frobnicate'"],
    ["an unknown option", ["up", "--frobnicate"], {}, 1, "unknown option '--frobnicate'"],
    [
      "an unknown stack",
      ["up", "--stack", "qa"],
      {},
      2,
      "--stack qa: the sandbox has no values for this stack. Use staging or prod",
    ],
    ["an ops command on an unknown stack", ["ops", "health", "--stack", "qa"], {}, 2, "Use staging or prod"],
    [
      "an ops command on a stack that is not deployed",
      ["ops", "health", "--stack", "staging"],
      {},
      2,
      "staging is not deployed in this sandbox. Deploy it: `npm run sandbox -- up --stack staging`.",
    ],
    ["outputs of nothing", ["outputs"], {}, 2, "prod is not deployed in this sandbox."],
    ["a missing overlay", ["preview"], { CHATWOOT_SANDBOX_OVERLAY: "missing.yaml" }, 2, "missing.yaml does not exist"],
    ["an overlay with an unknown part", ["preview"], { CHATWOOT_SANDBOX_OVERLAY: overlayFile }, 2, "configs"],
  ])("%s: one sentence", async (_, args, env, exit, expected) => {
    const { output } = await sandbox.run(args, { env, exit });
    expect(output).toContain(expected);
    expect(output).not.toMatch(/^ +at /m);
  });

  test("a value of the wrong type: rejected as by Pulumi, before the program runs", async () => {
    const overlay = { config: { "chatwoot:web": 3 } };
    const { output } = await sandbox.run(["up", "--stack", "staging"], { overlay, exit: 2 });
    expect(output).toContain("Stack 'staging' with configuration key 'web' must be of type 'object'");
  });
});

test("an invalid configuration: lists every problem, registers nothing and calls nothing", async () => {
  const overlay = {
    config: { "chatwoot:url": "http://x/y", "chatwoot:account": "", "chatwoot:web": { count: 0, colour: "red" } },
    secrets: { "chatwoot:databaseUrl": "mysql://user:planted-password@host" },
  };
  for (const command of ["preview", "up"]) {
    const run = await sandbox.run([command, "--stack", "staging"], { overlay, exit: 1 });
    for (const key of ["url", "account", "web.count", "web.colour", "databaseUrl"])
      expect(run.output).toMatch(new RegExp(`^ +chatwoot:${key}: .+\\.$`, "m"));
    expect(run.output).not.toContain("planted-password");
    expect(run.output).not.toMatch(/^ +at /m);
    expect(run.changes).toEqual([]);
  }
  expect(sandbox.fly.calls()).toEqual([]);
  expect(sandbox.state("staging").deployment.resources!.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
});

test("writes each event as one line of JSON, in Pulumi's format", async () => {
  sandbox.fly.setFaults({ releaseCommand: { exitCode: 1 } });
  const { events } = await sandbox.run(["up", "--stack", "staging"], { exit: 1 });
  sandbox.fly.setFaults({});
  const known = [
    "preludeEvent",
    "resourcePreEvent",
    "resOutputsEvent",
    "resOpFailedEvent",
    "diagnosticEvent",
    "summaryEvent",
    "cancelEvent",
  ];
  const kinds = events.map((event) => Object.keys(event).filter((key) => !["sequence", "timestamp"].includes(key)));
  for (const kind of kinds) {
    expect(kind).toHaveLength(1);
    expect(known).toContain(kind[0]);
  }
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
  for (const { timestamp } of events) expect(Math.abs(timestamp - Date.now() / 1000)).toBeLessThan(3600);
  const used = new Set(kinds.flat());
  for (const kind of known.slice(0, 6)) expect(used).toContain(kind);
  expect(kinds[0]).toEqual(["preludeEvent"]);
  // Every step that began has an end.
  const count = (kind: string) => kinds.flat().filter((each) => each === kind).length;
  expect(count("resOutputsEvent") + count("resOpFailedEvent")).toBe(count("resourcePreEvent"));
  expect(existsSync(sandbox.folders.cluster)).toBe(false);
});

test("writes a page about a preview, a failed deployment and a destruction", async () => {
  const page = join(sandbox.root, "pages", "page.html");
  const about = async (command: string[], exit = 0): Promise<string> => {
    const { output } = await sandbox.run([...command, "--stack", "staging", "--report", page], { exit });
    expect(output).toContain(`Report: ${page}`);
    return readFileSync(page, "utf8");
  };
  expect(await about(["preview"])).toContain("<title>staging: preview succeeded</title>");
  sandbox.fly.setFaults({ calls: [{ match: "^deploy", action: "fail", message: "no such thing here" }] });
  const failed = await about(["up"], 1);
  sandbox.fly.setFaults({});
  expect(failed).toContain("<title>staging: up failed</title>");
  expect(failed.indexOf("no such thing here")).toBeLessThan(failed.indexOf('id="timeline"'));
  expect(await about(["destroy", "--unprotect"])).toContain("<title>staging: destroy succeeded</title>");
});

test("stops at the first stack that fails, with its exit code", async () => {
  sandbox.fly.setFaults({ calls: [{ match: "^version", action: "fail", message: "forbidden" }] });
  const { output } = await sandbox.run(["up"], { exit: 1 });
  expect(output).toContain("Fix the errors above and run the same command again to continue.");
  expect(output).not.toMatch(/^prod /m);
  expect(output).not.toContain("Deployed:");
});
