import { accessSync, constants, existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";

type Env = Readonly<Record<string, string | undefined>>;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function pathFolders(env: Env): string[] {
  // Debian's sbin folders are not on every user's PATH.
  return [...(env.PATH ?? "").split(":").filter(Boolean), "/usr/sbin", "/usr/local/sbin"];
}

/** The folders of distributions' PostgreSQL, newest first. On PATH there is at most a wrapper script. */
function postgresFolders(): string[] {
  const places = [
    { folder: "/usr/lib/postgresql", name: /^\d+$/ },
    { folder: "/opt/homebrew/opt", name: /^postgresql(@\d+)?$/ },
    { folder: "/usr/local/opt", name: /^postgresql(@\d+)?$/ },
  ];
  return places.flatMap(({ folder, name }) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((each) => name.test(each))
      .sort((a, b) => Number(/\d+/.exec(b)?.[0] ?? 0) - Number(/\d+/.exec(a)?.[0] ?? 0))
      .map((each) => join(folder, each, "bin")),
  );
}

/** The programs in the server's folder, which have its version. */
const postgresPrograms = ["postgres", "initdb", "psql", "pg_isready", "pg_config", "pg_dump", "pg_restore"];

/** The folder with all programs of an installed PostgreSQL. */
export function givenPostgres(env: Env): string | undefined {
  const onPath = pathFolders(env)
    .map((folder) => join(folder, "postgres"))
    .filter(isExecutable)
    .map((program) => dirname(realpathSync(program)));
  const complete = (folder: string) => postgresPrograms.every((name) => isExecutable(join(folder, name)));
  return [...onPath, ...postgresFolders()].find(complete);
}

/** The folder of an installed program. */
export function givenProgram(name: string, env: Env): string | undefined {
  return pathFolders(env).find((folder) => isExecutable(join(folder, name)));
}

/** The folder of an installed Ruby that has every requested library. */
export async function givenRuby(libraries: readonly string[], env: Env): Promise<string | undefined> {
  const folder = givenProgram("ruby", env);
  if (folder === undefined) return undefined;
  const load = libraries.map((library) => `-r${library}`);
  const { exitCode } = await execa(join(folder, "ruby"), [...load, "-e", ""], {
    reject: false,
    timeout: 30_000,
    stdin: "ignore",
  });
  return exitCode === 0 ? folder : undefined;
}
