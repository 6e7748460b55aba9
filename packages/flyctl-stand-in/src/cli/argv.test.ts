import { describe, expect, test } from "vitest";
import { checkOperands, parseArguments } from "./argv.ts";
import { findCommand } from "./find-command.ts";
import type { FlagSpec } from "./flag-spec.ts";
import type { ArgumentRule } from "./spec.ts";
import { commands, groups } from "../commands/all.ts";

const specs: readonly FlagSpec[] = [
  { name: "app", short: "a", type: "string", usage: "" },
  { name: "yes", short: "y", type: "bool", aliases: ["auto-confirm"], usage: "" },
  { name: "ha", type: "bool", default: true, usage: "" },
  { name: "count", short: "n", type: "int", usage: "" },
  { name: "env", short: "e", type: "stringArray", usage: "" },
  { name: "groups", type: "strings", usage: "" },
  { name: "wait", short: "w", type: "duration", usage: "" },
];

describe("a command line", () => {
  test("mixes flags and operands", () => {
    const { operands, flags } = parseArguments(["one", "-a", "x", "two", "--yes", "--ha=false"], specs);
    expect(operands).toEqual(["one", "two"]);
    expect([flags.string("app"), flags.bool("yes"), flags.bool("ha")]).toEqual(["x", true, false]);
  });

  test.each([
    [["-ya", "x"], "x"],
    [["-yax"], "x"],
    [["-a=x"], "x"],
    [["--app=x=y"], "x=y"],
    [["--auto-confirm", "-a", "-"], "-"],
  ])("%j", (words, app) => expect(parseArguments(words, specs).flags.string("app")).toBe(app));

  test("ends the flags at --", () => {
    expect(parseArguments(["--", "-a", "--nonsense"], specs).operands).toEqual(["-a", "--nonsense"]);
  });

  test("gives a bool no value", () => {
    const { operands, flags } = parseArguments(["--ha", "false"], specs);
    expect([operands, flags.bool("ha")]).toEqual([["false"], true]);
  });

  test("splits lists at commas, but not arrays", () => {
    const { flags } = parseArguments(["--groups", "a,b", "--groups=c", "-e", "A=1,2", "-e", "B=3"], specs);
    expect([flags.strings("groups"), flags.strings("env")]).toEqual([
      ["a", "b", "c"],
      ["A=1,2", "B=3"],
    ]);
  });

  test.each([
    [["--nonsense"], "unknown flag: --nonsense"],
    [["--nonsense=1"], "unknown flag: --nonsense"],
    [["-yz"], "unknown shorthand flag: 'z' in -z"],
    [["-1"], "unknown shorthand flag: '1' in -1"],
    [["--app"], "flag needs an argument: --app"],
    [["-ya"], "flag needs an argument: 'a' in -a"],
    [["---app"], "bad flag syntax: ---app"],
    [["-n", "x"], 'invalid argument "x" for "-n, --count" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [["--ha=no"], 'invalid argument "no" for "--ha" flag: strconv.ParseBool: parsing "no": invalid syntax'],
    [["-w", "5"], 'invalid argument "5" for "-w, --wait" flag: time: missing unit in duration "5"'],
  ])("rejects %j", (words, message) => expect(() => parseArguments(words, specs)).toThrow(message));
});

describe("operands", () => {
  const table: readonly [ArgumentRule, string[], string | undefined][] = [
    [{ kind: "any" }, ["a", "b"], undefined],
    [{ kind: "none" }, ["a"], 'unknown command "a" for "flyctl x"'],
    [{ kind: "exactly", count: 1 }, [], "accepts 1 arg(s), received 0"],
    [{ kind: "exactly", count: 1 }, ["a"], undefined],
    [{ kind: "atLeast", count: 1 }, [], "requires at least 1 arg(s), only received 0"],
    [{ kind: "atMost", count: 1 }, ["a", "b"], "accepts at most 1 arg(s), received 2"],
    [{ kind: "between", least: 0, most: 1 }, ["a", "b"], "accepts between 0 and 1 arg(s), received 2"],
  ];
  test.each(table)("%j %j", (rule, operands, message) => {
    const check = (): void => checkOperands(rule, operands, "flyctl x");
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(message);
  });
});

describe("command lookup", () => {
  test.each([
    [["apps", "create", "x"], "apps create", ["x"]],
    [["app", "rm", "x", "-y"], "apps destroy", ["x", "-y"]],
    [["-t", "token", "m", "ls", "-a", "x"], "machine list", ["-t", "token", "-a", "x"]],
    [["--verbose", "status"], "status", ["--verbose"]],
    [["certs", "show", "h"], "certs check", ["h"]],
    [["volume", "ls"], "volumes list", []],
  ])("%j", (words, path, rest) => {
    const found = findCommand(words, commands, groups);
    expect([found.command.path, found.words]).toEqual([path, rest]);
  });

  test.each([
    [["proxy", "5432"], 'unknown command "proxy" for "flyctl"'],
    [["apps", "nonsense"], 'unknown command "nonsense" for "flyctl apps"'],
    [["secrets", "create"], 'unknown command "create" for "flyctl secrets"'],
  ])("rejects %j", (words, message) => expect(() => findCommand(words, commands, groups)).toThrow(message));

  test("has unique commands and aliases", () => {
    const names = commands.flatMap(({ path, aliases = [] }) => {
      const group = path.includes(" ") ? `${path.split(" ")[0] ?? ""} ` : "";
      return [path, ...aliases.map((alias) => group + alias)];
    });
    expect(new Set(names).size).toBe(names.length);
  });
});
