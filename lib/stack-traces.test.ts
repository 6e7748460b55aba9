import { afterEach, beforeEach, expect, test } from "vitest";
import { dropSourceMaps } from "./stack-traces.ts";

const [, script = ""] = process.argv;
const before = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
const mapper = (): string => "mapped";
const current = (): unknown => Reflect.get(Error, "prepareStackTrace");

beforeEach(() => {
  Error.prepareStackTrace = mapper;
});
afterEach(() => {
  process.argv[1] = script;
  Object.defineProperty(Error, "prepareStackTrace", before ?? { value: undefined, configurable: true, writable: true });
});

test.each(["/project/node_modules/@pulumi/pulumi/cmd/run/index.js", "C:\\node_modules\\@pulumi\\pulumi\\cmd\\run"])(
  "Pulumi's host at %s loses its mapper",
  (host) => {
    process.argv[1] = host;
    dropSourceMaps();
    expect(current()).not.toBe(mapper);
  },
);

test.each(["/project/node_modules/vitest/vitest.mjs", "/project/ops/main.ts"])("%s keeps its mapper", (host) => {
  process.argv[1] = host;
  dropSourceMaps();
  expect(current()).toBe(mapper);
});
