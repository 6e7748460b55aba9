import { join } from "node:path";
import {
  ToolCache,
  canFetchPackages,
  fetchPackages,
  treeEnvironment,
  progressPrinter,
  type PackageSet,
  type OnProgress,
} from "kubernetes-sandbox/tools";
import { givenPostgres, givenProgram, givenRuby } from "./given.ts";
import { toolCache } from "../../preview/tool-cache.ts";

export interface ProgramOptions {
  /** Default: stderr. */
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Programs {
  /** A folder for PATH, whose programs need no further settings. */
  readonly binFolder: string;
  /** Environment variables for a copy of a program outside of that folder. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Libraries of Chatwoot's Ruby that scripts of this project use. */
export const rubyLibraries = ["pg", "redis", "active_record", "aws-sdk-s3"] as const;

const given: Record<PackageSet, (env: NonNullable<ProgramOptions["env"]>) => Promise<string | undefined>> = {
  postgresql: (env) => Promise.resolve(givenPostgres(env)),
  pgbouncer: (env) => Promise.resolve(givenProgram("pgbouncer", env)),
  redis: (env) => Promise.resolve(givenProgram("redis-server", env)),
  ruby: (env) => givenRuby(rubyLibraries, env),
};

const remedies: Record<PackageSet, string> = {
  postgresql: "Install PostgreSQL 13 or newer, for instance by brew install postgresql@17",
  pgbouncer: "Install PgBouncer, for instance by brew install pgbouncer",
  redis: "Install Redis, for instance by brew install redis",
  ruby: `Install Ruby, for instance by brew install ruby, and its gems: gem install pg redis activerecord aws-sdk-s3`,
};

/**
 * The programs of a set: this machine's, or, on Debian and Ubuntu, packages that are fetched once into the cache.
 * CHATWOOT_SANDBOX_SERVERS=fetched ignores this machine's programs.
 */
export async function programs(set: PackageSet, options: ProgramOptions = {}): Promise<Programs> {
  const { env = process.env } = options;
  const installed = env.CHATWOOT_SANDBOX_SERVERS === "fetched" ? undefined : await given[set](env);
  if (installed !== undefined) return { binFolder: installed, environment: {} };
  if (!(await canFetchPackages(env))) {
    throw new Error(`${set}: not found, and this machine has no apt-get to fetch it. ${remedies[set]}, and try again.`);
  }
  const tree = await fetchPackages(new ToolCache(toolCache.name, env), set, {
    onProgress: progressPrinter(),
    ...options,
  });
  return { binFolder: join(tree, "bin"), environment: treeEnvironment(tree) };
}
