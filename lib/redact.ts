/** Replacing a shorter secret would replace ordinary words too. */
const shortest = 6;

/** Replaces every secret in a text, including its percent-encoded and JSON-escaped forms. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .filter((secret) => secret.length >= shortest)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  // Longest first: one secret can contain another.
  return [...new Set(forms)]
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}

/**
 * Starts at `://` and looks back for the scheme. A pattern that starts at the scheme takes a second for the output of one
 * deployment, because every letter of a long word is a possible start.
 */
const addressWithPassword = /:\/\/(?<=[a-z][a-z0-9+.-]*:\/\/)[^\s:/@]*:([^\s@]+)@/gi;

/** The passwords in the addresses of a text. Output of Redis or a database can contain secrets that the caller does not have. */
export function passwordsIn(text: string): string[] {
  return [...text.matchAll(addressWithPassword)].map((match) => match[1] as string);
}
