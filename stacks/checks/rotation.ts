import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** Rejects a rotation number for a secret that the stack does not have. */
export function checkRotation({ target, rotation, fly, kubernetes }: PartialSettings): Problem[] {
  if (rotation === undefined) return [];
  const problems: Problem[] = [];
  if (rotation.redisPassword !== undefined && fly !== undefined && fly.redis.kind !== "own")
    problems.push({
      key: "rotation.redisPassword",
      message: "is set, but the stack does not run its own Redis. Remove it and use `flyctl redis reset`",
    });
  if (rotation.redisPassword !== undefined && kubernetes?.redis.kind === "external")
    problems.push({
      key: "rotation.redisPassword",
      message:
        "is set, but the stack does not run Redis. Remove it, change the password at its provider, and set redisUrl",
    });
  const signsOn = target === "kubernetes" && (kubernetes === undefined || kubernetes.sso !== undefined);
  if (rotation.cookieSecret !== undefined && !signsOn)
    problems.push({
      key: "rotation.cookieSecret",
      message: "is set, but this stack has no single sign-on. Remove it",
    });
  return problems;
}
