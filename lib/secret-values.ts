/** The password of an address; undefined without one. Kubernetes replaces `$(...)`, so it is not one. */
function passwordOf(text: string): string | undefined {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:([^/\s@]+)@/i.exec(text)?.[1];
  return password === undefined || /^\$[({]/.test(password) ? undefined : password;
}

/** Whether a URL contains a password. */
export function hasPassword(text: string): boolean {
  return passwordOf(text) !== undefined;
}

/**
 * The secret values of a configured secret: the whole, the password of an address, the token that stands in its place
 * in a web address such as Sentry's, and those of every text and number in JSON.
 */
export function secretValues(text: string): string[] {
  return [...new Set([text, ...addressParts(text), ...leavesOf(text).flatMap(secretValues)])];
}

function addressParts(text: string): string[] {
  const [token] = /(?<=^https?:\/\/)[^/\s:@]+(?=:?@)/i.exec(text) ?? [];
  return [passwordOf(text), token].filter((part) => part !== undefined).flatMap((part) => [part, decoded(part)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The texts and numbers of a JSON object or list; none for other text. */
function leavesOf(text: string): string[] {
  if (!/^\s*[{[]/.test(text)) return [];
  try {
    return leaves(JSON.parse(text));
  } catch {
    return [];
  }
}

function leaves(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}

/** The ways in which programs write a value: percent-encoded, as a form, in JSON, in base64, and line by line. */
export function writtenForms(value: string): string[] {
  const text = value.toWellFormed();
  const encoded = encodeURIComponent(text);
  const strictly = encoded.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const bytes = Buffer.from(text);
  const forms = [
    ...[value, ...value.split(/[\r\n]+/)],
    ...[encoded, strictly, new URLSearchParams({ "": text }).toString().slice(1)],
    JSON.stringify(value).slice(1, -1),
    ...[bytes.toString("base64"), bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")],
  ];
  // Some programs write the digits of percent-encoding in lower case.
  const lower = [encoded, strictly].map((form) => form.replace(/%[0-9A-F]{2}/g, (digits) => digits.toLowerCase()));
  return [...new Set([...forms, ...lower])];
}
