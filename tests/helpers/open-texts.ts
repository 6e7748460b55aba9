import { isSecret, type Value } from "pulumi-embedded-engine";

/** Every text outside a secret. */
export function openTexts(value: Value): string[] {
  if (isSecret(value)) return [];
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value as object).flatMap(openTexts) : [];
}
