import { SecretMask, isObject, secretSignature, signatureKey, secret, type Value } from "pulumi-embedded-engine/data";
import { clearSecrets } from "../input/state.ts";
import type { RunRecord } from "../input/record.ts";

/** The replacement for a secret. */
export const hidden = "[secret]";

/** The value with `[secret]` for every secret, in all formats of engines and states. */
export function withoutSecrets(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isObject(value)) return value;
  if (value[signatureKey] === secretSignature) return hidden;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

/**
 * Masks every plaintext secret of the record in a text. Engines mask the secrets that they track; this also finds secrets
 * in a command's output or in a value that is not marked as secret.
 */
export function maskFor({ events, resources }: Pick<RunRecord, "events" | "resources">, project: string): SecretMask {
  const mask = new SecretMask();
  mask.allow(project);
  const learn = (value: Value): void => clearSecrets(value).forEach((item) => mask.learn(secret(item)));
  for (const { inputs, outputs } of resources) [inputs, outputs].forEach(learn);
  for (const { event } of events) learn(event);
  return mask;
}
