/*
 * A strict stand-in for `pulumi` for a rollback: `config set` and `up`. Each call is sent to the test at
 * PULUMI_SANDBOX_URL, which deploys and returns the result.
 */
import { parseArgs } from "node:util";

const argv = process.argv.slice(2);
const types = {
  config: { plaintext: "boolean", path: "boolean", stack: "string", "non-interactive": "boolean" },
  up: { yes: "boolean", "skip-preview": "boolean", stack: "string", "non-interactive": "boolean" },
} as const;
const flags = types[argv[0] as keyof typeof types];

try {
  const options = Object.fromEntries(Object.entries(flags).map(([name, type]) => [name, { type }]));
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  const expected = positionals[0] === "config" ? 4 : 1;
  if (values["stack"] !== "prod" || positionals.length !== expected) throw new Error("unexpected arguments");
  const body = JSON.stringify({ words: positionals, path: values["path"] === true });
  const answer = await fetch(process.env["PULUMI_SANDBOX_URL"] as string, {
    method: "POST",
    body,
    signal: AbortSignal.timeout(10_000),
  });
  process.stdout.write(`Updating (prod)\n${await answer.text()}\n`);
  process.exitCode = answer.ok ? 0 : 255;
} catch (error) {
  process.stderr.write(`error: ${(error as Error).message}\n`);
  process.exitCode = 255;
}
