import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unknownMarker } from "../../src/values.ts";
import { checkArguments } from "../../src/providers/random/check.ts";
import { diffArguments } from "../../src/providers/random/diff.ts";
import { kinds, type Kind } from "../../src/providers/random/kinds.ts";
import { randomProvider } from "../../src/providers/random/provider.ts";
import { testContext } from "./support/context.ts";

const provider = randomProvider({}, { projectDir: "." });
const typeOf = (kind: string) => `random:index/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}`;
const create = (kind: string, inputs: object) => provider.create({ ...inputs }, testContext(typeOf(kind)));
const kindOf = (name: string) => kinds[name] as Kind;

describe("created values", () => {
  const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

  test("a password respects its length and its minimums", async () => {
    const minimum = fc.integer({ min: 0, max: 5 });
    await fc.assert(
      fc.asyncProperty(minimum, minimum, minimum, minimum, async (minUpper, minLower, minNumeric, minSpecial) => {
        const { id, outputs } = await create("RandomPassword", {
          length: 20,
          minUpper,
          minLower,
          minNumeric,
          minSpecial,
        });
        expect(id).toBe("none");
        expect(outputs["result"]).toHaveLength(20);
        expect(count(outputs["result"], /[A-Z]/g)).toBeGreaterThanOrEqual(minUpper);
        expect(count(outputs["result"], /[a-z]/g)).toBeGreaterThanOrEqual(minLower);
        expect(count(outputs["result"], /[0-9]/g)).toBeGreaterThanOrEqual(minNumeric);
        expect(count(outputs["result"], /[^A-Za-z0-9]/g)).toBeGreaterThanOrEqual(minSpecial);
      }),
    );
  });

  test.each([
    [{ length: 200, special: false }, /^[A-Za-z0-9]{200}$/],
    [{ length: 200, upper: false, lower: false, numeric: false, overrideSpecial: "_-" }, /^[_-]{200}$/],
    [{ length: 200, special: false, number: false }, /^[A-Za-z]{200}$/],
  ])("a string of %j", async (inputs, pattern) => {
    const { id, outputs } = await create("RandomString", inputs);
    expect(outputs["result"]).toMatch(pattern);
    expect(id).toBe(outputs["result"]);
  });

  test("an empty character set is an error", async () => {
    await expect(async () =>
      create("RandomString", { length: 4, upper: false, lower: false, numeric: false, special: false }),
    ).rejects.toThrow("character set specified is empty");
  });

  test("defaults are part of the outputs", async () => {
    const { outputs } = await create("RandomPassword", { length: 8 });
    expect(outputs).toMatchObject({
      id: "none",
      lower: true,
      upper: true,
      numeric: true,
      number: true,
      special: true,
      minLower: 0,
    });
  });

  test("RandomId returns one number in four encodings, each with the prefix", async () => {
    const { id, outputs } = await create("RandomId", { byteLength: 5, prefix: "p-" });
    const bytes = Buffer.from(id, "base64url");
    expect(bytes).toHaveLength(5);
    expect(outputs).toMatchObject({
      id,
      b64Url: `p-${id}`,
      b64Std: `p-${bytes.toString("base64")}`,
      hex: `p-${bytes.toString("hex")}`,
      dec: `p-${BigInt(`0x${bytes.toString("hex")}`)}`,
    });
  });

  test("RandomBytes, RandomUuid, RandomInteger and RandomPet", async () => {
    const bytes = await create("RandomBytes", { length: 32 });
    expect(Buffer.from(bytes.outputs["base64"], "base64").toString("hex")).toBe(bytes.outputs["hex"]);
    expect(bytes.outputs["hex"]).toHaveLength(64);
    const uuid = await create("RandomUuid", {});
    expect(uuid.outputs["result"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const integers = await Promise.all(Array.from({ length: 50 }, () => create("RandomInteger", { min: 1, max: 3 })));
    expect(new Set(integers.map((integer) => integer.outputs["result"]))).toEqual(new Set([1, 2, 3]));
    const pet = await create("RandomPet", { length: 3, prefix: "my", separator: "_" });
    expect(pet.id).toMatch(/^my_[a-z]+_[a-z]+_[a-z]+$/);
  });

  test("generated values are unknown in a preview", async () => {
    const { id, outputs } = await provider.create(
      { length: 8 },
      testContext(typeOf("RandomPassword"), { preview: true }),
    );
    expect(id).toBe("");
    expect(outputs).toMatchObject({ result: unknownMarker, length: 8, special: true });
  });
});

describe("check", () => {
  test.each([
    ["RandomPassword", {}, 'argument "length" is required'],
    ["RandomId", {}, 'argument "byteLength" is required'],
    ["RandomInteger", { min: 1, max: 3, seed: "x" }, "seeded generator"],
    ["RandomPassword", { length: 8, minUpper: -1 }, "minUpper value must be at least 0"],
    ["RandomPassword", { length: 2.5 }, "must be an integer"],
  ])("rejects %s with %j", (name, inputs, reason) => {
    const failures = checkArguments(name, kindOf(name), inputs, "pw");
    expect(failures).toHaveLength(1);
    expect(failures[0]?.reason).toContain(reason);
    expect(failures[0]?.reason).toMatch(/Examine values at 'pw\.\w+'\.$/);
  });

  test.each([
    ["RandomPassword", { length: unknownMarker, minUpper: unknownMarker }],
    ["RandomPassword", { length: 4, minUpper: 2, minLower: 2 }],
    ["RandomPet", {}],
    ["RandomUuid", { keepers: { a: "b" } }],
  ])("accepts %s with %j", (name, inputs) => {
    expect(checkArguments(name, kindOf(name), inputs, "pw")).toEqual([]);
  });

  test("rejects an unsupported resource by name", () => {
    expect(() => provider.check?.({}, undefined, testContext("random:index/randomShuffle:RandomShuffle"))).toThrow(
      "RandomShuffle",
    );
  });
});

describe("diff", () => {
  test.each([
    ["a changed argument", { length: 8 }, { length: 9 }, [{ path: ["length"], kind: "update", replace: true }]],
    ["a default spelled out", { length: 8 }, { length: 8, special: true, minLower: 0 }, []],
    [
      "a default left",
      { length: 8 },
      { length: 8, special: false },
      [{ path: ["special"], kind: "add", replace: true }],
    ],
    ["number for numeric", { length: 8, number: false }, { length: 8, numeric: false }, []],
    [
      "a keeper",
      { length: 8, keepers: { a: "1" } },
      { length: 8, keepers: { a: "2" } },
      [{ path: ["keepers"], kind: "update", replace: true }],
    ],
    [
      "an unknown keeper",
      { length: 8, keepers: { a: "1" } },
      { length: 8, keepers: { a: unknownMarker } },
      [{ path: ["keepers"], kind: "update", replace: true }],
    ],
    ["empty keepers", { length: 8 }, { length: 8, keepers: {} }, [{ path: ["keepers"], kind: "add", replace: false }]],
    [
      "an empty override removed",
      { length: 8, overrideSpecial: "" },
      { length: 8 },
      [{ path: ["overrideSpecial"], kind: "delete", replace: false }],
    ],
  ])("%s", (_title, olds, news, changes) => {
    expect(diffArguments(kindOf("RandomPassword"), olds, news)).toEqual(
      expect.arrayContaining(changes.map((change) => expect.objectContaining(change) as object)),
    );
    if (changes.length === 0) expect(diffArguments(kindOf("RandomPassword"), olds, news)).toEqual([]);
  });

  test("an update in place keeps the value", async () => {
    const { outputs } = await create("RandomPassword", { length: 8 });
    const updated = await provider.update?.(
      "none",
      { length: 8 },
      outputs,
      { length: 8, keepers: {} },
      testContext(typeOf("RandomPassword")),
    );
    expect(updated).toEqual({ ...outputs, keepers: {} });
  });
});
