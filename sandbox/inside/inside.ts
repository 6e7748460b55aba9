import { tmpdir } from "node:os";
import { localEnvironment } from "./environment.ts";
import type { Servers } from "./place.ts";
import { rubyProgram } from "./program.ts";

type Environment = Readonly<Record<string, string>>;

/** A program of this machine, or the reason for a refusal. */
export type InsideProgram =
  { program: string; args: readonly string[]; environment: Record<string, string> } | { refusal: string };

/** Maps a command of Chatwoot's container to a program of this machine, with real servers. */
export function insideProgram(
  words: readonly string[],
  container: Environment,
  servers: Servers | undefined,
): InsideProgram {
  const found = rubyProgram(words);
  if (found === undefined)
    return { refusal: "only Ruby programs and the console run here, because the sandbox has no Chatwoot image" };
  if (servers === undefined) return { refusal: "no servers are running; use `npm run sandbox -- ops`" };
  const environment = {
    LANG: "C.UTF-8",
    ...localEnvironment(container, servers),
    ...found.environment,
    PATH: servers.path,
    HOME: tmpdir(),
  };
  return { program: servers.ruby, args: found.args, environment };
}
