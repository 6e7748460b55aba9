export { keptAddress, knownAddress, removeKept, startKept, type KeptPostgres } from "./kept/kept.ts";
export { startPgBouncer, type PgBouncer, type PgBouncerOptions } from "./pgbouncer.ts";
export { startPostgres, type PostgresOptions, type PostgresServer } from "./postgres.ts";
export { startRedis, type RedisServer } from "./redis.ts";
export { rubyLibraries } from "./programs.ts";
export { rubyWithGems, type Ruby } from "./ruby.ts";
export type { VectorSupport } from "./vector-stand-in.ts";
