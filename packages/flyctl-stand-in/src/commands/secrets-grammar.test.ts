import { describe, expect, test } from "vitest";
import { FlyError, PanicError } from "../cli/errors.ts";
import { parseSecrets } from "./secrets-grammar.ts";

const parsed = (input: string): Record<string, string> => Object.fromEntries(parseSecrets(input));

describe("the input of `secrets import`", () => {
  const table: readonly [rule: string, input: string, secrets: Record<string, string>][] = [
    ["a plain value", "A=1\n", { A: "1" }],
    ["the last line without its end", "A=1", { A: "1" }],
    ["the first `=` splits", "A=b=c", { A: "b=c" }],
    ["comments at column 0 and blank lines are skipped", "#A=0\n\n  \nB=1", { B: "1" }],
    ["the key is trimmed, and keeps an export", " export A =1", { "export A": "1" }],
    ["leading blanks of the value are removed, trailing ones are kept", "A=  x  ", { A: "x  " }],
    ["an empty value", "A=", { A: "" }],
    ["`#` cuts an unquoted value", "A=redis://default:p#ss@h:6379", { A: "redis://default:p" }],
    ["blanks before the cut are removed", "A=x   # why", { A: "x" }],
    ["`#` cuts inside single quotes too", "A='ab#cd'", { A: "'ab" }],
    ["`#` inside double quotes is kept", 'A="ab#cd"', { A: "ab#cd" }],
    ["`#` after closed double quotes cuts", 'A="ab"#cd', { A: "ab" }],
    ["one pair of double quotes is removed", 'A="x"', { A: "x" }],
    ["one pair of single quotes is removed", "A='x'", { A: "x" }],
    ["only the outer pair is removed", `A="'x'"`, { A: "'x'" }],
    ["no escapes", String.raw`A="a\n\"$B"`, { A: String.raw`a\n\"$B` }],
    ["triple quotes on one line", 'A="""x"y"""', { A: 'x"y' }],
    ["triple quotes keep a `#`", 'A="""p#q"""', { A: "p#q" }],
    ["an even number of quotes before a `#` cuts even inside triple quotes", 'A="""a"#b"""\nx"""', { A: 'a"\nx' }],
    ["an odd number keeps it", 'A="""a#b"""', { A: "a#b" }],
    ["an empty value in triple quotes", 'A=""""""', { A: "" }],
    ["a block of lines", 'A="""one\ntwo\nthree"""\nB=1', { A: "one\ntwo\nthree", B: "1" }],
    ["a block ends at a line that ends in quotes", 'A="""one\ntwo"""\nB="""', { A: "one\ntwo" }],
    ["five quotes open a block", 'A="""""\nx"""', { A: '""\nx' }],
    ["an open block swallows the rest", 'A="""one\nB=1\nC=2', {}],
    ["a carriage return at the end of a line is removed", "A=1\r\nB=2\r\n", { A: "1", B: "2" }],
    ["the last of two equal names counts", "A=1\nA=2", { A: "2" }],
    ["an overlong line ends the input", `A=1\nB=${"x".repeat(65_536)}\nC=3`, { A: "1" }],
    ["the longest line", `A=${"x".repeat(65_533)}\nB=1`, { A: "x".repeat(65_533), B: "1" }],
    ["length is counted in bytes", `A=${"é".repeat(40_000)}\nB=1`, {}],
  ];
  test.each(table)("%s", (_, input, secrets) => expect(parsed(input)).toEqual(secrets));

  test("refuses a line without `=`, and reports its number", () => {
    expect(() => parseSecrets("A=1\nnonsense")).toThrow(FlyError);
    expect(() => parseSecrets("A=1\nnonsense")).toThrow("NAME=VALUE pairs (nonsense is invalid)");
  });

  test.each(['A="', "A='"])("crashes on a value of one quotation mark: %s", (input) => {
    expect(() => parseSecrets(input)).toThrow(PanicError);
  });
});
