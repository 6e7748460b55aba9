import { readFileSync } from "node:fs";

/**
 * The command that runs a Ruby program in Chatwoot's container. The program is encoded in base64, because Fly splits the
 * command at blanks without a shell.
 */
export function rubyCommand(program: Buffer): string {
  return [
    "env",
    "BUNDLE_GEMFILE=/app/Gemfile",
    "bundle",
    "exec",
    "ruby",
    "-e",
    `eval(%q(${program.toString("base64")}).unpack1(%q(m)))`,
  ].join(" ");
}

const redisConnection = readFileSync(new URL("../../../components/chatwoot/redis-connection.rb", import.meta.url));

/** As `rubyCommand`, with a connection to Chatwoot's Redis in the variable `redis`. */
export function redisRubyCommand(program: Buffer): string {
  return rubyCommand(Buffer.concat([redisConnection, program]));
}
