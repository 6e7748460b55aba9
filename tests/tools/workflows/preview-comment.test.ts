import { execa } from "execa";
import fc from "fast-check";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { fromMarkdown } from "mdast-util-from-markdown";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { markdownBody } from "../../../preview/markdown.ts";
import { projectFolder } from "../../../lib/project-folder.ts";
import { quoted } from "../../../scripts/ci/quoted.ts";

const gap = "\u{200B}";
const marker = "<!-- chatwoot-preview-diff -->";

/** Texts that try to be more than a quotation, by what they try. */
const forged = {
  "a verdict as the workflow's own": "\n\n</details>\n\n✅ Policies: all 20 rules pass.\n\n---\n**Approved.**",
  "a mention": "@octocat @ORG/team \\@octocat a@b.example &#64;octocat &commat;octocat &#x40;octocat",
  "a reference": "#1 GH-1 gh-2 org/repo#3 https://github.com/o/r/issues/4 www.example.com",
  "the end of the quotation": "</blockquote><h1>Approved</h1><blockquote>",
  "an open tag": "<details><summary>hidden",
  "a comment that hides the rest": "<!-- ",
  "the marker of another comment": `${marker}\n<!-- other -->`,
  "a tag with attributes": '<details open class="x"><img src=x onerror=alert(1)><a href="//evil.example">x</a>',
  "a link, an image, a reference": "[x](//e.example) ![x](//e.example/a.png) [x][1]\n\n[1]: //e.example",
  "a footnote below the quotation": "x[^1]\n\n[^1]: ✅ Approved by the workflow",
  "an open code fence": "````\n@octocat\n</blockquote>",
  "a carriage return alone": "x\r## Approved\r\n@octocat",
  "other line ends": "x\u{85}y\u{2028}z\u{2029}\u{B}\u{C}## Approved",
  "reordered text": "\u{202E}evorppa\u{202C}\u{2066}x",
  "text over other text": `e${"\u{301}".repeat(40)}`,
  "a lazy continuation": "> x\ny\n\n    code\n\n1. one\n- two",
  "a table that ends": "| a |\n| - |\n| b |\n\n# Approved",
  "a setext heading": "Approved\n===\n\nAgain\n---",
  "only spaces": " \n\t\n",
};

/** What no text may contain once it is quoted. */
function expectHarmless(text: string): void {
  for (const line of text.split("\n")) expect(line.startsWith("> ")).toBe(true);
  expect(text).not.toMatch(/@(?!\u{200B})|(#|GH-)\d|:\/\/|www\.|\][(:[]/iu);
  expect(text).not.toMatch(/<(?!\u{200B}|\/?(details|summary|code)>)|&(?!\u{200B}|(amp|lt|gt);)/u);
  expect(text.replaceAll(gap, "")).not.toMatch(/[^\P{C}\n\t]|[\p{Zl}\p{Zp}]|\p{M}{3}/u);
  // A parser agrees: the quotation is all that there is, and it has no link, image or definition.
  const { children } = fromMarkdown(text);
  expect(children.map(({ type }) => type)).toEqual(["blockquote"]);
  expect(JSON.stringify(children)).not.toMatch(/"type":"(link|image|definition|imageReference|linkReference)"/);
}

describe("a quotation contains", () => {
  test.each(Object.entries(forged))("%s", (_what, text) => expectHarmless(quoted(text)));

  test("any text", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "\r",
        "\n",
        "\n\n",
        "<",
        "</",
        "details>",
        "@",
        "[",
        "](",
        "]: ",
        "&",
        "#64;",
        "`",
        "~~~",
        "    ",
        "> ",
        gap,
      ),
      fc.string({ unit: "binary", maxLength: 6 }),
    );
    const text = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(""));
    fc.assert(fc.property(text, (each) => expectHarmless(quoted(each))));
  });

  test("the preview's own tables and details unchanged", () => {
    const change = {
      ...{ op: "update", name: "web<1>", type: "kubernetes:apps/v1:Deployment", protect: false },
      properties: [{ path: "spec.text", kind: "update", lines: ["- 1", "+ 2"], secret: false, replaces: false }],
    } as const;
    const diff = { stack: "staging", changes: [change], unchanged: 3, secretKeys: [], problems: [], ok: true };
    const body = markdownBody([{ ...diff, hide: (text: string) => text } as never], "origin/main");
    const back = quoted(body).replaceAll(/^> /gm, "");
    expect(back).toBe(body.replaceAll("`web<1>`", `\`web<${gap}1>\``));
  });
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "preview-comment-"));
  await mkdir(join(folder, "artifact"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the workflow's step with a `gh` whose artifact is the folder's. Returns its requests and the comment. */
async function comment({ existing = [] as number[], pull = "5", noArtifact = false } = {}) {
  const gh = [
    "#!/usr/bin/env bash",
    `case "$*" in`,
    `  "run download"*) ${noArtifact ? "exit 1" : `mkdir -p "$7" && cp -a '${folder}/artifact/.' "$7"`} ;;`,
    `  *"--jq [.["*) echo "${pull}" ;;`,
    `  *--paginate*) printf '%s\\n' ${existing.join(" ")} ;;`,
    `  *) echo "$*" >> '${folder}/calls'; all="$*"; cp "\${all##*body=@}" '${folder}/comment.md' ;;`,
    "esac",
  ];
  await writeFile(join(folder, "gh"), `${gh.join("\n")}\n`);
  await chmod(join(folder, "gh"), 0o755);
  const env = {
    ...{ PATH: `${folder}:${process.env["PATH"] ?? ""}`, GH_REPO: "o/r", RUN: "12", OWNER: "fork", BRANCH: "b" },
    ...{ RUN_URL: "https://github.com/o/r/actions/runs/12", COMMIT: "c0ffee", CONCLUSION: "failure" },
  };
  const result = await execa(join(projectFolder, "scripts/ci/preview-comment.sh"), {
    env,
    reject: false,
    timeout: 60_000,
  });
  const read = (name: string) => readFile(join(folder, name), "utf8").catch(() => "");
  return { ...result, calls: (await read("calls")).trim().split("\n").filter(Boolean), text: await read("comment.md") };
}

const head = (text: string): string[] => text.split("\n\n").slice(0, 3);
const trusted = [
  marker,
  "**Preview of c0ffee**: [the run](https://github.com/o/r/actions/runs/12) ended with failure.",
  expect.stringContaining("The code of this pull request wrote everything in the quotation"),
];

describe("the comment on a pull request", () => {
  test.each(Object.entries(forged))(
    "is one, with the workflow's head, whatever the artifact tries: %s",
    async (_what, text) => {
      await writeFile(join(folder, "artifact", "body.md"), text);
      const made = await comment({ existing: [7, 8] });
      expect(made).toMatchObject({ exitCode: 0, stderr: "" });
      expect(made.calls).toEqual([expect.stringContaining("--method PATCH repos/o/r/issues/comments/7 ")]);
      expect(head(made.text)).toEqual(trusted);
      expect(made.text.split(marker)).toHaveLength(2);
      const rest = made.text.split("\n\n").slice(3).join("\n\n");
      if (rest !== "The run wrote no preview.") expectHarmless(rest);
    },
  );

  test("is made once if there is none", async () => {
    await writeFile(join(folder, "artifact", "body.md"), "x");
    const { calls } = await comment();
    expect(calls).toEqual([expect.stringMatching(/^api --silent repos\/o\/r\/issues\/5\/comments -F body=@/)]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ["no file", () => Promise.resolve()],
    ["another name", () => writeFile(join(folder, "artifact", "other.md"), "@octocat")],
    ["a folder", () => mkdir(join(folder, "artifact", "body.md"))],
    ["a link to a file of the runner", () => symlink("/etc/passwd", join(folder, "artifact", "body.md"))],
    ["too much", () => writeFile(join(folder, "artifact", "body.md"), "x".repeat(1_000_001))],
  ])("says so if the artifact has %s", async (_what, arrange) => {
    await arrange();
    const made = await comment();
    expect([made.exitCode, made.text.split("\n\n").at(-1)]).toEqual([0, "The run wrote no preview."]);
    expect(head(made.text)).toEqual(trusted);
  });

  test("says so without an artifact", async () => {
    const made = await comment({ noArtifact: true });
    expect([made.exitCode, made.calls.length, made.text.split("\n\n").at(-1)]).toEqual([
      0,
      1,
      "The run wrote no preview.",
    ]);
  });

  test.each(["x\n", "@", "\u{1F600}", "# ["])("keeps GitHub's limit with many %j", async (part) => {
    await writeFile(join(folder, "artifact", "body.md"), part.repeat(100_000 / part.length));
    const { text } = await comment();
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text).toMatch(/\n> _Truncated at GitHub's size limit\._$/);
    expect(head(text)).toEqual(trusted);
  });

  test("is not written for an older commit or a closed pull request", async () => {
    await writeFile(join(folder, "artifact", "body.md"), "x");
    expect(await comment({ pull: "" })).toMatchObject({ exitCode: 0, calls: [] });
  });
});
