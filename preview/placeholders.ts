import { isObject, type Props, type Value } from "pulumi-embedded-engine";
import { addressNames, mapNames } from "../config/secrets.ts";

/** A value in the form of a secret, which a preview cannot decrypt. `settings` are those of the stack, by their names. */
export function placeholderOf(name: string, settings: Props): string {
  const is = (names: readonly string[]): boolean => names.includes(name);
  // A host of its own, so that it shares no pool of connections with another address.
  if (is(addressNames)) return `postgresql://sandbox:sandbox-${name}@${name.toLowerCase()}.example.com:5432/sandbox`;
  if (name === "redisUrl") return `rediss://:sandbox-${name}@redis.example.com:6379`;
  if (name === "inboxSecrets") return JSON.stringify(passwordsOf(settings["inboxes"]));
  return is(mapNames) ? "{}" : `sandbox-${name}`;
}

function passwordsOf(inboxes: Value): Props {
  const names = (Array.isArray(inboxes) ? inboxes : []).flatMap((inbox: Value) => {
    const name: Value = isObject(inbox) && isObject(inbox["imap"]) ? inbox["imap"]["passwordSecret"] : undefined;
    return typeof name === "string" ? [name] : [];
  });
  return Object.fromEntries(names.map((name) => [name, `sandbox-${name}`]));
}
