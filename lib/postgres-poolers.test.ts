import { expect, test } from "vitest";
import { poolingOf } from "./postgres-poolers.ts";

test.each([
  ["aws-0-us-east-1.pooler.supabase.com", 5432, "session"],
  ["aws-0-us-east-1.pooler.supabase.com", 6543, "transaction"],
  ["db.project.supabase.co", 6543, "transaction"],
  ["db.project.supabase.co", 5432, "unknown"],
  ["chatwoot-db-rw", 6543, "unknown"],
  ["ep-cool-darkness-a1b2c3d4-pooler.us-east-2.aws.neon.tech", 5432, "transaction"],
  ["ep-cool-darkness-a1b2c3d4.us-east-2.aws.neon.tech", 5432, "unknown"],
  ["db-postgresql-fra1-1-do-user-1-0.b.db.ondigitalocean.com", 25061, "transaction"],
  ["db-postgresql-fra1-1-do-user-1-0.b.db.ondigitalocean.com", 25060, "unknown"],
  ["chat.postgres.database.azure.com", 6432, "transaction"],
  ["chat.postgres.database.azure.com", 5432, "unknown"],
  ["p.abcdefghijklmnop.db.postgresbridge.com", 5431, "transaction"],
  ["chat.proxy-abcdefghijkl.eu-central-1.rds.amazonaws.com", 5432, "transaction"],
  ["chat.abcdefghijkl.eu-central-1.rds.amazonaws.com", 5432, "unknown"],
] as const)("%s on port %d pools by %s", (host, port, pooling) => {
  expect(poolingOf({ host, port })).toBe(pooling);
});
