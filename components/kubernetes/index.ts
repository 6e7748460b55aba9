/* The package's entry `chatwoot-pulumi/kubernetes`: the components of a stack on Kubernetes, for your own program. */
export { Chatwoot, type ChatwootArgs } from "./chart/chatwoot.ts";
export { Edge, type EdgeArgs } from "./edge/edge.ts";
export { Environment, type EnvironmentArgs } from "./environment.ts";
export { Initializers, type InitializersArgs } from "./initializers.ts";
export { Monitoring, type MonitoringArgs } from "./monitoring/monitoring.ts";
export { NetworkPolicies, type NetworkPoliciesArgs } from "./network-policies/network-policies.ts";
export { Operators, type OperatorsArgs } from "./operators.ts";
export { ExternalPostgres, type ExternalPostgresArgs } from "./postgres/external.ts";
export { Postgres, type PostgresArgs } from "./postgres/postgres.ts";
export { Preparation, type PreparationArgs } from "./preparation/preparation.ts";
export { ExternalRedis, type ExternalRedisArgs } from "./redis/external.ts";
export { Redis, type RedisArgs } from "./redis/redis.ts";
export { Scaling, type ScalingArgs } from "./scaling/scaling.ts";
export { SingleSignOn, type SsoArgs } from "./sso/sso.ts";
export { Storage, type StorageArgs } from "./storage.ts";
