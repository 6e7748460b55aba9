import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatLogs } from "./format.ts";
import { hideInLogs } from "./hide.ts";
import { chooseLines, parseLogs } from "./lines.ts";
import { secretLines } from "../../lib/log-secrets.examples.ts";
import { compactUtc } from "./save.ts";

const line = (message: string, more: object = {}) => ({
  timestamp: "2026-11-21T12:00:00Z",
  level: "info",
  instance: "w1",
  message,
  ...more,
});

describe("flyctl's output", () => {
  test("is parsed with any messages", () => {
    const messages = fc.array(
      fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("{", "}", '"', "\\", '{"a": "}"}')),
    );
    fc.assert(
      fc.property(messages, fc.constantFrom("\n", "", "\nWARN something\n"), (texts, between) => {
        const printed = texts
          .map((text) => JSON.stringify({ ...line(text), meta: { Event: { Provider: "app" } } }, null, 4))
          .join(between);
        expect(parseLogs(printed)).toEqual(texts.map((text) => line(text)));
      }),
    );
  });

  test.each([
    ["nothing", "", 0],
    ["a warning before it", `WARN app flag '{x' "y\n${JSON.stringify(line("a"), null, 4)}\n`, 1],
    ["a truncated last one", `${JSON.stringify(line("a"))}\n${JSON.stringify(line("b")).slice(0, -5)}`, 1],
    ["another object", '{"a": 1}', 0],
    ["an object without machine and level", '{"timestamp": "2026-11-21T12:00:00Z", "message": "x"}', 1],
  ])("%s", (_, text, count) => {
    expect(parseLogs(text)).toHaveLength(count);
  });
});

test("filters by age and process group, oldest first", () => {
  const at = (minute: number, instance: string) =>
    line(`${minute}`, { timestamp: `2026-11-21T12:${minute}:00.123456789Z`, instance });
  const lines = [at(30, "w1"), at(10, "w1"), at(20, "k1"), at(25, "gone"), line("undated", { timestamp: "?" })];
  const groups = new Map([
    ["w1", "web"],
    ["k1", "worker"],
  ]);
  const since = new Date("2026-11-21T12:15:00Z");
  const chosen = (group?: string) =>
    chooseLines(lines.slice(0, 4), groups, { since, group }).map(({ message }) => message);
  expect(chosen()).toEqual(["20", "25", "30"]);
  expect(chosen("web")).toEqual(["30"]);
  expect(chosen("worker")).toEqual(["20"]);
  // A line with an unreadable time is kept.
  expect(chooseLines(lines, groups, { since }).map(({ message }) => message)).toContain("undated");
});

test("prints one line per entry, with its source", () => {
  const groups = new Map([
    ["w1", "web"],
    ["b1", ""],
  ]);
  const lines = [
    line("\u001b[32mGET\u001b[0m /\n"),
    line("one\ntwo", { level: "" }),
    line("x", { instance: "b1" }),
    line("y", { instance: "" }),
  ];
  expect(formatLogs(lines, groups)).toMatchInlineSnapshot(`
    "2026-11-21T12:00:00Z web w1 [info] GET /
    2026-11-21T12:00:00Z web w1 one
        two
    2026-11-21T12:00:00Z b1 [info] x
    2026-11-21T12:00:00Z fly [info] y
    "
  `);
});

describe("secrets", () => {
  test.each([
    ["postgres://user:planted@host/db", "postgres://user:planted@host/db"],
    ["password=planted-value", "password=[secret]"],
    ['{"password":"planted-value","x":1}', '{"password":"[secret]","x":1}'],
    ['"api_access_token" => "planted-value"', '"api_access_token" => "[secret]"'],
    ["SECRET_KEY_BASE=planted-value next", "SECRET_KEY_BASE=[secret] next"],
    ["Authorization: Bearer planted-value", "Authorization: [secret]"],
    ["GET /x?token=planted-value&page=2", "GET /x?[secret]"],
    ...secretLines,
    ["AWS_ACCESS_KEY_ID: planted-value", "AWS_ACCESS_KEY_ID: [secret]"],
    ["with fm2_plantedValue0123456789= there", "with [secret] there"],
  ])("%s", (text, shown) => {
    const hidden = hideInLogs(text);
    expect(hidden).not.toMatch(/planted-value|:planted@|plantedValue/);
    if (!text.includes(":planted@")) expect(hidden).toBe(shown);
  });

  test("the password of a URL is removed from every line", () => {
    const lines = [line("connecting to redis://default:planted-pass@cache:6379"), line("it was planted-pass")];
    expect(formatLogs(lines, new Map())).not.toContain("planted-pass");
  });

  test.each([
    "the token expired",
    "Completed 200 OK in 12ms",
    "password was reset",
    'Parameters: {"password"=>"[FILTERED]"}',
    "tokens: 12",
    "Is it open? yes = 1",
    "Sent reset_password_instructions to 3 users",
  ])("keeps %s", (text) => expect(hideInLogs(text)).toBe(text));
});

test("names files as the runbook does", () => {
  expect(compactUtc(new Date("2025-10-10T07:08:09.123Z"))).toBe("20251010T070809Z");
});
