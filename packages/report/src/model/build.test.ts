import { describe, expect, test } from "vitest";
import { buildReport } from "./build.ts";
import { secretSignature, signatureKey } from "pulumi-embedded-engine/data";
import { madeRun, recordedRun, urnOf } from "../../tests/run.ts";

describe("runs of the real Pulumi", () => {
  const named = (name: Parameters<typeof recordedRun>[0], withState = true) => {
    const report = buildReport(recordedRun(name, withState));
    return { ...report, of: (resource: string) => report.resources.find((one) => one.name === resource) };
  };

  test("a first deployment", () => {
    const { of, ...report } = named("create");
    expect(report).toMatchObject({
      ...{ stack: "dev", project: "probe", command: "up", result: "succeeded", durationMs: 8000, resolutionMs: 1000 },
      counts: [["create", 5]],
      outputs: [
        { name: "nested", secret: false },
        { name: "password", value: "[secret]", secret: true },
        { name: "url", value: "https://example.org", secret: false },
      ],
    });
    expect(report.timing.critical.map((index) => report.resources[index]?.name)).toEqual(["pw", "a", "b"]);
    expect(of("box")).toMatchObject({ component: true, kind: "test Box", parent: undefined });
    expect(of("a")).toMatchObject({ operation: "create", outcome: "done", phases: [{ startMs: 5000, endMs: 7000 }] });
  });

  test("an update and a replacement, with its cause", () => {
    const { of } = named("change");
    expect(of("pw")).toMatchObject({
      operation: "replace",
      phases: [{ what: "create-replacement" }, { what: "delete-replaced" }],
      changes: [{ path: "length", before: "12", after: "16", replaces: true }],
    });
    expect(of("a")?.changes).toEqual([
      { path: "environment.GREETING", kind: "update", replaces: false, before: "hello", after: "bye" },
      { path: "environment.SECRET", kind: "update", replaces: false, before: "[secret]", after: "[secret]" },
    ]);
    expect(of("b")).toMatchObject({ operation: "same", changes: [] });
  });

  test("a failure, which has no summary", () => {
    const { of, result, messages } = named("failure");
    expect(result).toBe("failed");
    expect(of("c")).toMatchObject({ outcome: "failed", messages: [{ severity: "error", text: /^exit status 3/ }] });
    expect(messages).toContainEqual({ severity: "error", text: "update failed" });
  });

  test("without a state there are no dependencies", () => {
    const { dependenciesKnown, resources } = named("create", false);
    expect(dependenciesKnown).toBe(false);
    expect(resources.flatMap(({ needs }) => needs)).toEqual([]);
  });
});

describe("the result of a run", () => {
  const step = { name: "a", startMs: 0, endMs: 5 };
  const result = (run: ReturnType<typeof madeRun>) => buildReport(run).result;
  const without = (run: ReturnType<typeof madeRun>, key: string) => ({
    ...run,
    events: run.events.filter(({ event }) => !(key in event)),
  });

  test("succeeded, failed, cancelled, or cut off", () => {
    const good = madeRun([step]);
    expect(result(good)).toBe("succeeded");
    expect(result(madeRun([{ ...step, failed: true }]))).toBe("failed");
    expect(result(without(good, "summaryEvent"))).toBe("unfinished");
    const cancelled = { at: 0, event: { sequence: 0, timestamp: 0, cancelEvent: {} } };
    expect(result({ ...good, events: [cancelled, ...good.events] })).toBe("cancelled");
    // Pulumi's own logs end in the same way after success and failure.
    expect(result({ ...good, events: [...good.events, cancelled] })).toBe("succeeded");
  });

  test("an unfinished step is marked and lasts until the end", () => {
    const { resources } = buildReport(madeRun([step, { name: "b", startMs: 2, endMs: undefined }]));
    expect(resources[1]).toMatchObject({ outcome: "unfinished", phases: [{ startMs: 2, endMs: 5 }] });
  });

  test("the command is inferred from a log without a command", () => {
    const commandOf = (run: ReturnType<typeof madeRun>): string => {
      const { command: _, ...log } = run;
      return buildReport({
        ...log,
        events: log.events.filter(({ event }) => !JSON.stringify(event).includes('"type":"pulumi:pulumi:Stack"')),
      }).command;
    };
    expect(commandOf(madeRun([step]))).toBe("up");
    expect(commandOf(madeRun([step], { command: "preview" }))).toBe("preview");
    expect(commandOf(madeRun([{ ...step, op: "delete", old: {} }]))).toBe("destroy");
  });
});

describe("secrets", () => {
  const planted = "planted-Very<Secret>&\"Value'";
  const envelope = { [signatureKey]: secretSignature, value: planted };

  test("are masked in every form and place", () => {
    const run = madeRun(
      [
        {
          name: "a",
          op: "update",
          ...{ startMs: 0, endMs: 5, failed: true },
          old: { direct: { [signatureKey]: secretSignature, ciphertext: "v1:abc" }, text: "plain" },
          new: { direct: envelope, text: `the command printed ${planted}`, list: [{ deep: envelope }] },
          diff: { direct: "update", text: "update", list: "add" },
          messages: [
            { text: `could not log in with ${planted}` },
            { text: `all I know: ${planted}!`, severity: "debug" },
          ],
        },
      ],
      { outputs: { own: envelope, address: `https://user:${planted}@host`, object: { inner: envelope } } },
    );
    const report = buildReport(run);
    expect(JSON.stringify(report)).not.toContain("planted");
    expect(JSON.stringify(report)).not.toContain("v1:abc");
    expect(report.resources[0]?.messages).toEqual([{ severity: "error", text: "could not log in with [secret]" }]);
    expect(report.resources[0]?.changes).toContainEqual(
      expect.objectContaining({ path: "direct", before: "[secret]", after: "[secret]" }),
    );
    expect(report.outputs[0]).toEqual({ name: "own", value: "[secret]", secret: true });
  });

  test("that only an event holds are masked in what a command printed", () => {
    const run = madeRun([
      { name: "a", startMs: 0, endMs: 1, op: "update", old: { key: envelope }, new: { key: "next" } },
      { name: "b", startMs: 0, endMs: 1, messages: [{ text: `signed in with ${planted}`, severity: "info" }] },
    ]);
    const resources = run.resources.map((one) => ({ ...one, inputs: {}, outputs: {} }));
    expect(JSON.stringify(buildReport({ ...run, resources }))).not.toContain("planted");
  });

  test("of a state exported with --show-secrets are masked too", () => {
    const run = madeRun([{ name: "a", startMs: 0, endMs: 1, messages: [{ text: planted, severity: "info" }] }]);
    const shown = { [signatureKey]: secretSignature, plaintext: JSON.stringify(planted) };
    const resources = run.resources.map((one) => ({ ...one, outputs: { password: shown } }));
    expect(JSON.stringify(buildReport({ ...run, resources }))).not.toContain("planted");
  });
});

describe("property changes", () => {
  const changes = (step: object) =>
    buildReport(madeRun([{ name: "a", op: "update", startMs: 0, endMs: 1, ...step }])).resources[0]?.changes;

  test("come from the inputs if the provider gives no details; internal ones are omitted", () => {
    const old = { spec: { replicas: 1, image: "a:1" }, gone: true, __internal: 1 };
    expect(changes({ old, new: { spec: { replicas: 2, image: "a:1" }, come: "x", __internal: 2 } })).toEqual([
      { path: "spec.replicas", kind: "update", replaces: false, before: "1", after: "2" },
      { path: "gone", kind: "delete", replaces: false, before: "true" },
      { path: "come", kind: "add", replaces: false, after: "x" },
    ]);
  });

  test("of a long text are a diff", () => {
    const text = (line: string): string => ["one", "two", line, "four", "five", ""].join("\n");
    const [change] = changes({ old: { toml: text("three") }, new: { toml: text("drei") } }) ?? [];
    expect(change?.lines).toEqual(expect.arrayContaining(["-three", "+drei", " two"]));
  });

  test("of a property without a printable value have at least a name", () => {
    expect(changes({ old: {}, new: {}, diff: { "status.x": "update-replace" } })).toEqual([
      { path: "status.x", kind: "update", replaces: true },
    ]);
  });
});

test("dependencies in a component are found, and those outside of the run are ignored", () => {
  const { resources } = buildReport(
    madeRun([
      { name: "a", startMs: 0, endMs: 1 },
      { name: "b", needs: [urnOf("a"), urnOf("elsewhere"), urnOf("b")], startMs: 1, endMs: 2 },
    ]),
  );
  expect(resources.map(({ needs }) => needs)).toEqual([[], [0]]);
});
