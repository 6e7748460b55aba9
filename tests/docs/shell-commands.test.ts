import { describe, expect, test } from "vitest";
import { allPages, parsePage } from "./markdown.ts";
import { wrongCommand } from "./programs.ts";
import { commandsOf, shellCommands } from "./shell.ts";

/** Examples of commands that fail, and text that is not a command line. */
const shownWrong = [/^fly logs --since 15m$/, /^pulumi up --replace$/, /^\*\/5 \* \* \* \* /];

/** These need an account, a cluster or a state: the test checks their arguments without running them. */
const needAccount = ["pulumi", "fly", "flyctl", "kubectl"];
/** These run here: other tests compare them with package.json, the Makefile, the ops commands and the files. */
const run = ["npm", "npx", "make", "node"];
/** Common tools that are not tested here. */
const tools = wordsOf(`argocd aws base64 bundle cat cd cp curl dig docker dos2unix echo env
  exec export gh git grep head helm jq less ls open openssl psql rclone
  read redis rm ruby sleep source tar tee umask unset`);
const scripts = /^(\.\/|node_modules\/chatwoot-pulumi\/)?(scripts|ops|examples)\//;
const checked = new Set(needAccount);

const everything = allPages()
  .flatMap((page) => shellCommands(page, checked))
  .filter(({ text }) => !shownWrong.some((one) => one.test(text)));

describe("every command on a page", () => {
  test("belongs to a known program", () => {
    expect(everything.length).toBeGreaterThan(300);
    const known = new Set([...needAccount, ...run, ...tools]);
    const unknown = everything.filter(({ words: [program = ""] }) => !known.has(program) && !scripts.test(program));
    expect(unknown.map(({ at, text }) => `${at}: ${text}`)).toEqual([]);
  });

  test.each(needAccount)("of %s has valid arguments", (program) => {
    const wrong = everything
      .filter(({ words }) => words[0] === program)
      .flatMap(({ at, text, words }) => {
        const why = wrongCommand(words);
        return why === undefined ? [] : [`${at}: ${text}: ${why}`];
      });
    expect(wrong).toEqual([]);
  });

  test("prompts for a secret or reads it from a file", () => {
    const given = everything.filter(
      ({ words }) => words[0] === "pulumi" && words.includes("--secret") && operandsOf(words) > 3,
    );
    // The page shows the format of a JSON object, not a value.
    expect(given.filter(({ words }) => !words.some((word) => /^\{.*"\.\.\."\}$/.test(word)))).toEqual([]);
  });

  test("that is invalid is detected", () => {
    const page = [
      "```sh",
      "fly redis crate --name x   # a comment",
      "fly ips list --app x --wrong && pulumi upp",
      "until false; do kubectl --namespace a gett pods | frobnicate; done",
      'export TOKEN=$(fly tokens mint org "x y")',
      "A=1 pulumi up --stack staging > x 2>&1",
      "kubectl --context a --namespace b exec deploy/web -- ruby -e 'x | y'",
      "```",
      "`pulumi config sett x` `fly.toml`",
    ].join("\n");
    const commands = shellCommands(parsePage("a.md", page), checked);
    const programs = commands.map(({ words }) => words[0]);
    expect(programs.filter((program) => !checked.has(program ?? ""))).toEqual(["false", "frobnicate", "export"]);
    expect(commands.flatMap(({ words }) => wrongCommand(words) ?? [])).toEqual([
      expect.stringContaining("crate"),
      expect.stringContaining("--wrong"),
      "upp is not known to tests/docs/programs.ts",
      "gett is not known to tests/docs/programs.ts",
      expect.stringContaining("tokens"),
      "config is not known to tests/docs/programs.ts",
    ]);
  });
});

test("quotation marks, comments, pipes and redirections are parsed as in a shell", () => {
  expect(commandsOf(`a 'b | c' "d;e" | f # g\nh --x=y > out && i < in; (j k)`)).toEqual([
    ["a", "b | c", "d;e"],
    ["f"],
    ["h", "--x=y"],
    ["i"],
    ["j", "k"],
  ]);
  expect(commandsOf('x "$(y z)" $(u v)')).toEqual([
    ["y", "z"],
    ["u", "v"],
    ["x", "$(y z)", "$(u v)"],
  ]);
});

function operandsOf(words: readonly string[]): number {
  const valued = ["--stack"];
  return words.slice(1).filter((word, index, all) => !word.startsWith("-") && !valued.includes(all[index - 1] ?? ""))
    .length;
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/);
}
