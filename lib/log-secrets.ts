/** A secret in a log line, and the text that replaces it. */
interface LogSecret {
  /** Regular expression that JavaScript and Rust read alike. It has no single quote, which would end it in Vector. */
  pattern: string;
  replacement: string;
}

/** What Rails logs as part of other text: queries of URLs, and tokens of password mails. */
export const logSecrets: readonly LogSecret[] = [
  { pattern: String.raw`\?[\w%&.\[\]-]+=[^\s"\x27<>]*`, replacement: "?[secret]" },
  {
    pattern: String.raw`reset_password_token["\x27]?\s*(?:=>|[=:])\s*["\x27]?[\w-]{8,}`,
    replacement: "reset_password_token=[secret]",
  },
  // Arguments of the job that sends the mail. A token of Devise has 20 characters.
  { pattern: String.raw`_instructions\b[^\n]*["\x27][\w-]{20,}[^\n]*`, replacement: "_instructions [secret]" },
];

export function hideLogSecrets(text: string): string {
  return logSecrets.reduce(
    (shown, { pattern, replacement }) => shown.replace(new RegExp(pattern, "g"), replacement),
    text,
  );
}
