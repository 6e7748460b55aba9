// A stand-in starts this program for a command inside Chatwoot's container, with the container's environment:
// `node main.ts SERVERS_FILE WORD...`. Signals, streams and the exit code are passed through from Ruby.
import { tmpdir } from "node:os";
import process from "node:process";
import { insideProgram } from "./inside.ts";
import { readServers } from "./place.ts";

const [file = "", ...words] = process.argv.slice(2);
const found = insideProgram(words, process.env as Record<string, string>, readServers(file));
if ("refusal" in found) {
  process.stderr.write(`sandbox: ${found.refusal}\n`);
  process.exitCode = 127;
} else {
  process.chdir(tmpdir());
  process.execve!(found.program, [found.program, ...found.args], found.environment);
}
