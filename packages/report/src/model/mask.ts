import { SecretMask, isObject, SECRET, SIGNATURE, secret, type Value } from "pulumi-embedded-engine/data";
import { clearSecrets } from "../input/state.ts";
import type { RunRecord } from "../input/record.ts";

/** What stands in place of a secret. */
export const hidden = "[secret]";

/** The value with `[secret]` for every secret, in each of the forms that engines and states give them. */
export function withoutSecrets(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) return hidden;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

/**
 * Takes every secret that the record has in the clear out of a text. Engines mask what they know; this also finds what a
 * command printed, or a value that holds a secret without saying so.
 */
export function maskFor({ events, resources }: Pick<RunRecord, "events" | "resources">, project: string): SecretMask {
  const mask = new SecretMask();
  mask.allow(project);
  const learn = (value: Value): void => clearSecrets(value).forEach((item) => mask.learn(secret(item)));
  for (const { inputs, outputs } of resources) [inputs, outputs].forEach(learn);
  for (const { event } of events) learn(event);
  return mask;
}
