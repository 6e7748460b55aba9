import { isObject, isSecret, type Value } from "./values.ts";

/** Shorter strings occur by chance; masking them would garble messages. */
const shortest = 4;

/** Collects the secrets of a run and masks them in its output. */
export class SecretMask {
  readonly #secrets = new Set<string>();
  readonly #open = new Set<string>();

  /** Public values that may also be in a Secret, such as a user name that equals the project's name. */
  allow(text: string): void {
    this.#open.add(text);
  }

  /** Adds every secret in a value. */
  learn(value: Value): void {
    if (isSecret(value)) this.#learnLeaves(value.value);
    else if (Array.isArray(value)) value.forEach((item) => this.learn(item));
    else if (isObject(value)) Object.values(value).forEach((item) => this.learn(item));
  }

  #learnLeaves(value: Value): void {
    if (typeof value === "string") this.#add(value);
    else if (typeof value === "number") this.#add(String(value));
    else if (Array.isArray(value)) value.forEach((item) => this.#learnLeaves(item));
    else if (isObject(value)) Object.values(value).forEach((item) => this.#learnLeaves(item));
  }

  #add(text: string): void {
    // A multi-line text is shown line by line, and escaped in quotes.
    const escaped = JSON.stringify(text).slice(1, -1);
    const lines = text.split("\n").map((line) => line.trim());
    for (const form of [text, escaped, ...lines.filter((line) => line.length >= 2 * shortest)]) {
      if (form.length >= shortest) this.#secrets.add(form);
    }
  }

  hide(text: string): string {
    const found = [...this.#secrets].filter((secret) => !this.#open.has(secret) && text.includes(secret));
    // Longest first, because one secret can be a part of another.
    return found
      .sort((a, b) => b.length - a.length)
      .reduce((masked, secret) => masked.replaceAll(secret, "[secret]"), text);
  }
}

/** A value with `[secret]` in place of every secret. */
export function redact(value: Value): Value {
  if (isSecret(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(redact);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item)]));
  return value;
}
