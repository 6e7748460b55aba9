import { X509Certificate } from "node:crypto";

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Why a text is not a list of PEM certificates that are valid now, as "problem. Fix". */
export function certificateProblem(pem: string, now = new Date()): string | undefined {
  if (/PRIVATE KEY-----/.test(pem)) return "contains a private key. Remove it, and replace the key: it was disclosed";
  const found = pem.match(block) ?? [];
  if (found.length === 0)
    return "has no certificate. Paste the authority's PEM file, with its BEGIN and END CERTIFICATE lines";
  for (const [index, text] of found.entries()) {
    const which = found.length === 1 ? "" : `certificate ${index + 1} `;
    try {
      const { validTo, subject } = new X509Certificate(text);
      if (Date.parse(validTo) < now.getTime())
        return `has ${which || "a certificate "}of ${subject.replaceAll("\n", ", ")} that expired on ${new Date(validTo).toISOString().slice(0, 10)}. Get the current one from the provider`;
    } catch {
      return `has ${which || "a certificate "}that cannot be read. Copy the PEM file again`;
    }
  }
  return undefined;
}
