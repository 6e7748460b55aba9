import { StepProblem } from "../../lib/problem.ts";

/** flyctl silently ends its input at a line over 64 KiB. */
const longestLineBytes = 60_000;

/**
 * Secrets in the form that `flyctl secrets import` reads back unchanged. flyctl cuts an unquoted value at `#` and knows
 * no escapes, so each value is quoted in the one way that its grammar leaves whole; a value that no quoting can carry is
 * refused by name. (flyctl internal/command/secrets/parser.go)
 */
export function encodeSecrets(secrets: Record<string, string>): string {
  return Object.entries(secrets)
    .map(([name, value]) => `${encodeSecret(name, value)}\n`)
    .join("");
}

function encodeSecret(name: string, value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw refusal(name, "is not a name that Fly takes");
  if (/[\r\0]/.test(value)) throw refusal(name, "has a carriage return or a zero byte in it");
  const lines = value.split("\n");
  if (lines.some((line) => Buffer.byteLength(line) > longestLineBytes))
    throw refusal(name, `has a line over ${longestLineBytes} bytes`);
  const oddQuotes = oddQuotesBeforeHash(lines[0] as string);
  if (lines.length === 1) return oddQuotes ? `${name}='${value}'` : `${name}="""${value}"""`;
  if (oddQuotes) throw refusal(name, "has several lines, and in the first a # after an odd number of quotation marks");
  if (lines.slice(0, -1).some((line) => line.endsWith('"""'))) throw refusal(name, 'has a line that ends in """');
  return `${name}="""${value}"""`;
}

/** flyctl takes a `#` for a comment where an even number of quotation marks stands before it. */
function oddQuotesBeforeHash(line: string): boolean {
  const hash = line.indexOf("#");
  return hash >= 0 && (line.slice(0, hash).split('"').length - 1) % 2 === 1;
}

function refusal(name: string, wrong: string): StepProblem {
  return new StepProblem(`secret ${name}`, `${wrong}, which flyctl cannot carry`, "Choose another value");
}
