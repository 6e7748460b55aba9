import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc.js";
import { expect, test } from "vitest";
import { parseDeployment } from "./deployment.ts";
import { recordedSteps } from "./steps.ts";
import { exportOf, stepsOf, urnOf, wholeApp } from "../../../tests/helpers/deployed-stack.ts";
import { stepCommand } from "../../../components/driver/command.ts";

const sealed = { [specialSigKey]: specialSecretSig, ciphertext: "v1:a:b" };

test("reads each Fly step with its inputs, its result, and whether a replacement can run it again", () => {
  const steps = stepsOf(wholeApp);
  expect(steps.map(({ step, app, guarded }) => [step, app, guarded])).toEqual([
    ["app", "chat", true],
    ["secrets", "chat", false],
    ["deployment", "chat", false],
    ["scale", "chat", false],
  ]);
  expect(steps[0]!.urn).toBe(urnOf("app", "App"));
  expect(steps[1]!.result).toEqual({ digests: { REDIS_URL: "aaaa", SECRET_KEY_BASE: "bbbb" } });
  expect(steps[3]!.inputs).toEqual({ APP: "chat", COUNTS: "web=1 worker=2" });
});

test("omits encrypted values", () => {
  const [step] = stepsOf({ redis: { inputs: { REDIS: "cache", PLAN: sealed }, stdout: "" } });
  expect(step).toMatchObject({ inputs: { REDIS: "cache" }, result: {}, app: undefined });
  const text = exportOf({ redis: { inputs: { REDIS: "cache" } } }).replace(
    '"stdout":"{}"',
    `"stdout":${JSON.stringify(sealed)}`,
  );
  expect(text).toContain("ciphertext");
  expect(recordedSteps(parseDeployment(text, "test"))[0]!.result).toEqual({});
});

test("omits other commands, and the Fly steps' parents", () => {
  const text = exportOf(wholeApp);
  expect(recordedSteps(parseDeployment(text.replaceAll("chatwoot:fly:", "chatwoot:kubernetes:"), "test"))).toEqual([]);
  expect(recordedSteps(parseDeployment(text.replaceAll("chatwoot-pulumi/step", "other"), "test"))).toEqual([]);
});

test("reads a state whose steps start the driver's file", () => {
  const { interpreter } = stepCommand("app");
  const text = exportOf(wholeApp)
    .replaceAll(`"interpreter":${JSON.stringify(interpreter)},`, "")
    .replaceAll(/"(create|delete)":"/g, "$&node components/fly/driver/main.ts ");
  expect(text).toContain('"delete":"node components/fly/driver/main.ts app --delete"');
  expect(recordedSteps(parseDeployment(text, "test"))).toEqual(stepsOf(wholeApp));
});

test.each([
  ["nothing", ""],
  ["another version", '{"version":2,"deployment":{}}'],
  ["invalid JSON", "{"],
  ["another document", '{"version":3,"deployment":{"resources":[{}]}}'],
])("rejects %s with a fix", (_, text) => {
  expect(() => parseDeployment(text, "state.json")).toThrow(
    "state.json: is not a deployment export of version 3. Export it with `pulumi stack export --stack STACK`.",
  );
});

test("accepts a stack without resources, and one that was never deployed", () => {
  expect(parseDeployment('{"version":3,"deployment":{"resources":null}}', "x")).toEqual([]);
  expect(parseDeployment('{"version":3,"deployment":null}', "x")).toEqual([]);
});
