import { describe, expect, test } from "vitest";
import { allCode, type Found } from "./markdown.ts";
import { opsProgram, wrongArgument } from "./ops-command.ts";
import { files, folders, readText } from "./repository.ts";

const code = allCode();
const { scripts } = JSON.parse(readText("package.json")) as { scripts: Record<string, string> };
const targets = new Set([...readText("Makefile").matchAll(/^([a-z-]+):/gm)].map(([, name]) => name));

/** The arguments after each occurrence of a command. */
function uses(command: RegExp, among: readonly Found[]): Found[] {
  return among.flatMap(({ at, text }) =>
    [...text.matchAll(new RegExp(`${command.source}([^\\n|;&#\`)]*)`, "g"))].map((match) => ({
      at,
      text: (match[1] as string).trim(),
    })),
  );
}

const words = (text: string): string[] => text.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [];
const opsUses = (among: readonly Found[]): Found[] =>
  uses(/npm run(?: --silent)? (?:sandbox -- ops|ops --)(?= )/, among).map(({ at, text }) => ({
    at,
    text: text.split(/ >+ /)[0] ?? "",
  }));
const wrongOps = (among: readonly Found[]): string[] =>
  opsUses(among).flatMap(({ at, text }) => {
    const wrong = wrongArgument(opsProgram(), words(text));
    return wrong === undefined ? [] : [`${at}: ${text}: ${wrong}`];
  });

describe("commands in the pages", () => {
  test("every npm script exists", () => {
    const used = uses(/npm run(?: --silent)? (?=[a-z])/, code).map(({ at, text }) => ({
      at,
      name: words(text)[0] ?? "",
    }));
    expect(used.length).toBeGreaterThan(30);
    expect(used.filter(({ name }) => !(name in scripts))).toEqual([]);
  });

  test("every test path exists", () => {
    const used = uses(/npx vitest run(?= )/, code).flatMap(({ at, text }) =>
      words(text)
        .filter((word) => word.includes("/"))
        .map((path) => ({ at, path })),
    );
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter(({ path }) => !files.has(path) && !folders.has(path))).toEqual([]);
  });

  test("every make target exists", () => {
    const used = uses(/(?:^|\n)make(?= [a-z])/, code).map(({ at, text }) => ({ at, name: words(text)[0] ?? "" }));
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter(({ name }) => !targets.has(name))).toEqual([]);
  });

  test("every command and option of ops exists", () => {
    expect(opsUses(code).length).toBeGreaterThan(30);
    expect(wrongOps(code)).toEqual([]);
  });

  test("detects an unknown command and an unknown option of ops", () => {
    const text = [
      "npm run ops -- scale --stack staging --wrong 1",
      "npm run ops -- bakcup list --stack staging",
      "npm run ops -- backup lits",
      "npm run sandbox -- ops drift --stack staging | tee x",
    ].join("\n");
    expect(wrongOps([{ at: "page.md:1", text }])).toEqual([
      "page.md:1: scale --stack staging --wrong 1: ops scale has no --wrong",
      "page.md:1: bakcup list --stack staging: ops has no command bakcup",
      "page.md:1: backup lits: ops backup has no command lits",
    ]);
  });
});
