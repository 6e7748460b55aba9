import { StepProblem } from "../../lib/problem.ts";

/** flyctl silently stops reading at a line over 64 KiB. */
const longestLineBytes = 60_000;

/**
 * Encodes secrets for `flyctl secrets import` without loss. flyctl cuts an unquoted value at `#` and supports no escapes, so
 * each value gets the only quoting that preserves it. Throws for a value that no quoting preserves. (flyctl
 * internal/command/secrets/parser.go)
 */
export function encodeSecrets(secrets: Record<string, string>): string {
  return Object.entries(secrets)
    .map(([name, value]) => `${encodeSecret(name, value)}\n`)
    .join("");
}

function encodeSecret(name: string, value: string): string {
  const problem = importProblem(name, value);
  if (problem !== undefined)
    throw new StepProblem(`secret ${name}`, `${problem}, which flyctl cannot import`, "Choose another value");
  return oddQuotesBeforeHash(value) && !value.includes("\n") ? `${name}='${value}'` : `${name}="""${value}"""`;
}

/** Why no quoting preserves a value; undefined if one does. */
export function importProblem(name: string, value: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return "is not a valid secret name on Fly";
  if (/[\r\0]/.test(value)) return "has a carriage return or a zero byte in it";
  const lines = value.split("\n");
  if (lines.some((line) => Buffer.byteLength(line) > longestLineBytes))
    return `has a line over ${longestLineBytes} bytes`;
  if (lines.length === 1) return undefined;
  if (oddQuotesBeforeHash(lines[0] as string))
    return "has several lines, and in the first a # after an odd number of quotation marks";
  return lines.slice(0, -1).some((line) => line.endsWith('"""')) ? 'has a line that ends in """' : undefined;
}

/** flyctl treats `#` as a comment after an even number of quotation marks. */
function oddQuotesBeforeHash(line: string): boolean {
  const hash = line.indexOf("#");
  return hash >= 0 && (line.slice(0, hash).split('"').length - 1) % 2 === 1;
}
