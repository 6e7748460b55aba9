import { FlyError, PanicError } from "../cli/errors.ts";

/** The longest line of flyctl's scanner. A longer one silently ends the input. */
const longestLine = 64 * 1024 - 1;

/**
 * Reads the standard input of `secrets import`, with the real one's quirks:
 * a `#` cuts a value, an open `"""` swallows the rest, an overlong line ends the input.
 */
export function parseSecrets(input: string): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  let block: { readonly key: string; readonly lines: string[] } | undefined;
  for (const line of scanLines(input)) {
    if (block !== undefined) {
      if (line.endsWith('"""')) {
        secrets.set(block.key, [...block.lines, line.slice(0, -3)].join("\n"));
        block = undefined;
      } else {
        block.lines.push(line);
      }
      continue;
    }
    if (line.startsWith("#") || trimmed(line) === "") continue;
    const cut = line.indexOf("=");
    if (cut < 0) {
      throw new FlyError(
        `Failed to parse secrets from stdin: Secrets must be provided as NAME=VALUE pairs (${line} is invalid)`,
      );
    }
    const key = trimmed(line.slice(0, cut));
    const value = withoutComment(line.slice(cut + 1).replace(/^ +/, ""));
    if (value.startsWith('"""') && !(value.endsWith('"""') && value.length >= 6)) {
      block = { key, lines: [value.slice(3)] };
    } else {
      secrets.set(key, unquoted(value));
    }
  }
  return secrets;
}

/** A `#` starts a comment when the double quotes before the first one pair up. Single quotes do not count. */
function withoutComment(value: string): string {
  const hash = value.indexOf("#");
  if (hash < 0) return value;
  const before = value.slice(0, hash);
  const quotes = before.split('"').length - 1;
  return quotes % 2 === 0 ? before.replace(/ +$/, "") : value;
}

/** U+0085 is white space in Go but not in JavaScript; U+FEFF is the reverse. */
const trimmed = (text: string): string => text.replace(/^(?:(?!\uFEFF)[\s\u0085])+|(?:(?!\uFEFF)[\s\u0085])+$/g, "");

/** Removes one pair of outer quotes. There are no escapes. */
function unquoted(value: string): string {
  if (value.startsWith('"""')) return value.slice(3, -3);
  for (const quote of ['"', "'"]) {
    if (!value.startsWith(quote) || !value.endsWith(quote)) continue;
    if (value.length < 2) throw new PanicError("runtime error: slice bounds out of range [1:0]");
    return value.slice(1, -1);
  }
  return value;
}

function* scanLines(input: string): Generator<string> {
  const lines = input.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) {
    if (Buffer.byteLength(line) > longestLine) return;
    yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
}
