import type { Found, Page } from "./markdown.ts";

/** Shell words before or after which a command starts. */
const keywords = new Set(["until", "while", "if", "then", "else", "do", "done", "fi", "{", "}", "!", "time"]);

/** One command, in words, without quotation marks; `$(...)` is a separate command. */
export type Words = string[];

/** Every command to be typed: in shell blocks, and inline code that begins with a program. */
export function shellCommands(
  { blocks, inlineCode }: Page,
  programs: ReadonlySet<string>,
): (Found & { words: Words })[] {
  const shell = blocks.filter(({ language }) => ["sh", "bash", "shell"].includes(language));
  // Indented blocks have no language, and also contain output.
  const indented = blocks
    .filter(({ language }) => language === "")
    .flatMap(({ at, text }) => text.split("\n").map((line) => ({ at, text: line.trim() })));
  const typed = [...indented, ...inlineCode].filter(({ text }) => {
    const [program = "", next = ""] = text.split(/\s+/);
    // `flyctl apps create: failed` is output, `fly or kubernetes` a choice.
    return (
      programs.has(program) && /^(-|[a-z])/.test(next) && next !== "or" && !/^(\S+ ){1,3}\S*: |failed \.\.\./.test(text)
    );
  });
  return [...shell, ...typed].flatMap(({ at, text }) =>
    commandsOf(text.replaceAll(/\\\n\s*/g, " ")).map((words) => ({ at, text: words.join(" "), words })),
  );
}

/** The commands in a piece of shell in order, without redirections and assignments. */
export function commandsOf(text: string): Words[] {
  const found: Words[] = [];
  let words: Words = [];
  let skipNext = false;
  const end = (): void => {
    const start = words.findIndex((word) => !keywords.has(word) && !/^[A-Za-z_]\w*=/.test(word));
    if (start !== -1) found.push(words.slice(start));
    words = [];
    skipNext = false;
  };
  for (const token of tokens(text)) {
    if (token.kind === "end") end();
    else if (token.kind === "redirection") skipNext = !token.text.includes("&");
    else if (skipNext) skipNext = false;
    else words.push(token.text);
    if (token.kind === "word") found.push(...token.inner.flatMap(commandsOf));
  }
  end();
  return found;
}

type Token =
  { kind: "end" } | { kind: "redirection"; text: string } | { kind: "word"; text: string; inner: readonly string[] };

function* tokens(text: string): Generator<Token> {
  let rest = text;
  while (rest !== "") {
    const blank = /^(?:[ \t]+|#[^\n]*)/.exec(rest);
    const separator = /^(?:\n|;|&&|\|\||[|&()])/.exec(rest);
    const redirection = /^\d*(?:>>?|<)(?:&\d)?/.exec(rest);
    if (blank) rest = rest.slice(blank[0].length);
    else if (redirection) {
      yield { kind: "redirection", text: redirection[0] };
      rest = rest.slice(redirection[0].length);
    } else if (separator) {
      yield { kind: "end" };
      rest = rest.slice(separator[0].length);
    } else {
      const word = readWord(rest);
      yield { kind: "word", text: word.text, inner: word.inner };
      rest = rest.slice(word.length);
    }
  }
}

function readWord(text: string): { text: string; inner: string[]; length: number } {
  let [value, index] = ["", 0];
  const inner: string[] = [];
  while (index < text.length) {
    const rest = text.slice(index);
    const quoted = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)")/.exec(rest);
    const substituted = /^\$\(((?:[^()]|\([^()]*\))*)\)/.exec(rest);
    if (quoted) {
      inner.push(...[...(quoted[2] ?? "").matchAll(/\$\(((?:[^()]|\([^()]*\))*)\)/g)].map(([, body]) => body ?? ""));
      value += quoted[1] ?? quoted[2] ?? "";
      index += quoted[0].length;
    } else if (substituted) {
      inner.push(substituted[1] ?? "");
      value += substituted[0];
      index += substituted[0].length;
    } else if (/^(?:[\s;|&<>()])/.test(rest)) break;
    else {
      value += rest.charAt(0);
      index += 1;
    }
  }
  return { text: value, inner, length: Math.max(index, 1) };
}
