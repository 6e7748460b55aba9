import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { expect, test } from "vitest";
import { comparedFields } from "./fields.ts";
import { plannedResources } from "./program.ts";
import { recordedObjects } from "./recorded.ts";

const object = (name: string, fields: object) => ({
  urn: `urn:pulumi:prod::chatwoot::kubernetes:core/v1:ConfigMap::${name}`,
  type: "kubernetes:core/v1:ConfigMap",
  inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "chatwoot" }, ...fields },
});
const step = (op: string, newState: ReturnType<typeof object>) => ({ op, urn: newState.urn, newState });
const planned = (recorded: ReturnType<typeof object>[], steps: object[] | null) =>
  plannedResources(recorded, JSON.stringify({ steps }))?.map(({ inputs }) => inputs);

test("the program's objects are the state's, with what the preview changes and creates", () => {
  const [same, refreshed, removed] = [object("same", {}), object("web", { data: { a: "9" } }), object("old", {})];
  const [program, created] = [object("web", { data: { a: "1" } }), object("gone", {})];
  const steps = [step("update", program), step("create", created), { op: "delete", urn: removed.urn }];
  const inputs = [same, program, removed, created].map((each) => each.inputs);
  expect(planned([same, refreshed, removed], steps)).toEqual(inputs);
  expect(planned([same], null)).toEqual([same.inputs]);
});

test.each(["", "error: no stack", "[]", '{"steps":[{"op":"update"}]}'])("%j is no preview", (text) => {
  expect(plannedResources([], text)).toBeUndefined();
});

test("secrets and unknown values of a preview are not compared, and unknown names not looked for", () => {
  const expected = { data: { a: "[secret]", b: unknownValue, c: `x${unknownValue}`, d: ["v", unknownValue] } };
  expect(comparedFields(expected, { data: { a: "1", b: "2", c: "3", d: ["4"] } })).toEqual([]);
  expect(recordedObjects([object("a", {}), object(`b-${unknownValue}`, {})]).map(({ name }) => name)).toEqual(["a"]);
});
