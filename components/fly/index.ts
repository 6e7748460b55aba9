/* The package's entry `chatwoot-pulumi/fly`: the components of a stack on Fly.io, for your own program. */
export { Addresses, type AddressesArgs } from "./addresses.ts";
export { App, type AppArgs } from "./app.ts";
export { Backup, type BackupArgs } from "./backup/backup.ts";
export { Bucket, type BucketArgs } from "./bucket.ts";
export { Certificate, type CertificateArgs } from "./certificate.ts";
export { Deployment, type DeploymentArgs } from "./deployment.ts";
export { LogShipper, type LogShipperArgs } from "./log-shipper/log-shipper.ts";
export { OwnRedis, type OwnRedisArgs } from "./redis/own-redis.ts";
export { Redis, type RedisArgs } from "./redis/redis.ts";
export { Secrets, type SecretsArgs } from "./secrets.ts";
