import { readFileSync } from "node:fs";

/**
 * The command that runs a Ruby program inside Chatwoot's container. Fly splits it into words without a shell, so it holds
 * no blank inside a word and nothing to quote: the program goes in base64. Bundler finds Chatwoot's gems from any folder.
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

const redisConnection = readFileSync(new URL("redis-connection.rb", import.meta.url));

/** The command for a program that asks Chatwoot's Redis, which it finds as `redis`. */
export function redisRubyCommand(program: Buffer): string {
  return rubyCommand(Buffer.concat([redisConnection, program]));
}
