import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** A number for a secret that the stack does not have would promise a rotation that never is. */
export function checkRotation({ target, rotation, fly, kubernetes }: PartialSettings): Problem[] {
  if (rotation === undefined) return [];
  const problems: Problem[] = [];
  if (rotation.redisPassword !== undefined && fly !== undefined && fly.redis.kind !== "own")
    problems.push({
      key: "rotation.redisPassword",
      message: "is a number for a Redis that is not the stack's own. Remove it, and use `flyctl redis reset`",
    });
  const signsOn = target === "kubernetes" && (kubernetes === undefined || kubernetes.sso !== undefined);
  if (rotation.cookieSecret !== undefined && !signsOn)
    problems.push({
      key: "rotation.cookieSecret",
      message: "is a number for sessions of single sign-on, which this stack does not have. Remove it",
    });
  return problems;
}
