import { tmpdir } from "node:os";
import { localEnvironment } from "./environment.ts";
import type { Servers } from "./place.ts";
import { rubyProgram } from "./program.ts";

type Environment = Readonly<Record<string, string>>;

/** A program of this machine, or the reason why none runs. */
export type InsideProgram =
  { program: string; args: readonly string[]; environment: Record<string, string> } | { refusal: string };

/** What a command of Chatwoot's container comes to on this machine: the real program, against real servers. */
export function insideProgram(
  words: readonly string[],
  container: Environment,
  servers: Servers | undefined,
): InsideProgram {
  const found = rubyProgram(words);
  if (found === undefined)
    return { refusal: "only Ruby programs and the console run here, because there is no image of Chatwoot's" };
  if (servers === undefined) return { refusal: "nothing runs inside now; ask by `npm run sandbox -- ops`" };
  const environment = {
    LANG: "C.UTF-8",
    ...localEnvironment(container, servers),
    ...found.environment,
    PATH: servers.path,
    HOME: tmpdir(),
  };
  return { program: servers.ruby, args: found.args, environment };
}
