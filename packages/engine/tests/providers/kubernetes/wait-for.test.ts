import { describe, expect, test } from "vitest";
import { parseJsonPath, selectJsonPath } from "../../../src/providers/kubernetes/await/json-path.ts";
import { waitForAwaiter } from "../../../src/providers/kubernetes/await/wait-for.ts";

const object = {
  metadata: { generation: 2, annotations: { "a.b/c": "x" } },
  status: {
    observedGeneration: 2,
    applied: true,
    phase: "Healthy",
    conditions: [
      { type: "Ready", status: "True" },
      { type: "Done", status: "False", reason: "Busy", message: "wait" },
    ],
  },
};
const judge = (expression: string, seen: object = object) =>
  waitForAwaiter(expression).judge({
    object: seen,
    written: {},
    before: undefined,
    related: {},
    quietMs: {},
    elapsedMs: 0,
  });

describe("JSONPath", () => {
  test.each([
    [".status.phase", ["Healthy"]],
    ["$.status.phase", ["Healthy"]],
    [".metadata.annotations['a.b/c']", ["x"]],
    [".metadata.annotations.a\\.b/c", ["x"]],
    [".status.conditions[0].type", ["Ready"]],
    [".status.conditions[-1].type", ["Done"]],
    [".status.conditions[*].type", ["Ready", "Done"]],
    ['.status.conditions[?(@.type=="Done")].reason', ["Busy"]],
    [".status.nothing", []],
  ])("%s", (path, found) => {
    expect(selectJsonPath(object, parseJsonPath(path))).toEqual(found);
  });

  test("rejects unsupported syntax", () => {
    expect(() => parseJsonPath("..phase")).toThrow('does not understand "..phase"');
  });
});

describe("waitFor", () => {
  test.each([
    ["jsonpath={.status.applied}=true", true],
    ["jsonpath={.status.phase}", true],
    ["jsonpath={.status.phase}=Sick", false],
    ["jsonpath={.status.missing}", false],
    ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', true],
    ["condition=Ready", true],
    ["condition=ready", true],
    ["condition=Done", false],
    ["condition=Done=False", true],
    ["condition=Other", false],
    ['["condition=Ready", "jsonpath={.status.applied}=true"]', true],
    ['["condition=Ready", "condition=Done"]', false],
  ])("%s", (expression, ready) => {
    expect(judge(expression).ready).toBe(ready);
  });

  test("ignores a status of an older generation", () => {
    const stale = { ...object, metadata: { generation: 3 } };
    expect(judge("condition=Ready", stale).ready).toBe(false);
    expect(judge("jsonpath={.status.applied}=true", stale).ready).toBe(false);
  });

  test("reports the actual value", () => {
    expect(judge("condition=Done").reasons).toEqual(['Waiting for condition "Done=True" (found "False", Busy: wait)']);
    expect(judge("jsonpath={.status.phase}=Sick").reasons).toEqual([
      'Waiting for {.status.phase}=Sick (found "Healthy")',
    ]);
  });

  test.each([
    ["Ready", 'expected a "jsonpath=" or "condition=" prefix'],
    ["jsonpath=.status", "should be wrapped in brackets"],
    ["jsonpath='{.status}'", "should omit shell quotes"],
    ["jsonpath={.status}=", "requires a value"],
    ["[]", "at least one condition must be specified"],
  ])("rejects %s", (expression, message) => {
    expect(() => waitForAwaiter(expression)).toThrow(message);
  });
});
