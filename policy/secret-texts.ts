import { hasPassword } from "../lib/secret-values.ts";
import { hasSecretName } from "./secrets.ts";

/** `NAME=value` of a shell, of a flag and of a configuration file. A value with `$`, `%` or a call is a reference. */
const assigned =
  /(?:^|[\s;&|("'])-{0,2}([A-Za-z][\w.-]*)\s?=\s?(["']?)([^\s"'`$%(){}<>[\];|&]{3,})\2(?=$|[\s;&|)"'])/gm;
/** `--name value`. */
const flagged = /(?:^|\s)--?([A-Za-z][\w-]*)\s+(["']?)([^\s"'`$%(){}<>[\];|&-][^\s"'`$%(){}<>[\];|&]{2,})\2(?=$|\s)/gm;
/** `name value` and `name: value` on a separate line. */
const line = /^\s*([A-Za-z][\w.-]*):?\s+(["']?)([^\s"'`$%(){}<>[\];|&]{3,})\2\s*$/gm;
const directive = /^(requirepass|masterauth)$/;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const address = /[a-z][a-z0-9+.-]*:\/\/[^\s"']+/gi;

/** Whether a text contains a secret by its form: a key, an address with a password, a value assigned to a secret's name. */
export function holdsSecret(text: string, open: readonly string[] = []): boolean {
  if (privateKey.test(text) || [...text.matchAll(address)].some(([url]) => hasPassword(url))) return true;
  return [assigned, flagged, line]
    .flatMap((form) => [...text.matchAll(form)])
    .some(([, name = "", , value = ""]) => {
      const isSecret = directive.test(name) || hasSecretName(name.replaceAll(/[.-]/g, "_"));
      // A path names a secret's file; `true` and `false` switch something.
      return isSecret && !open.includes(name) && !/^(\/|true$|false$|none$|null$)/.test(value);
    });
}
