import { isCommand } from "../fly.ts";
import { isKind } from "../kubernetes.ts";
import { entriesOf, isObject, type Props, type Resource, type Value } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { heldSecrets } from "../secrets.ts";

export const noSecretInTheOpen: Rule = {
  name: "no-secret-in-the-open",
  wants: "No secret of this stack stands anywhere but where secrets belong.",
  reason:
    "Arguments, annotations and files are shown and kept in the clear, and a secret that was shown once must be replaced everywhere.",
  fix: "Hand it over by a Secret or, to a command, on its standard input; where only a change must be seen, by a fingerprint.",
  level: "mandatory",
  settings: {},
  ofStack(resources, { secrets }) {
    const known = [...new Set([...secrets, ...heldSecrets(resources)])];
    return resources.flatMap((resource) =>
      openTexts(openPart(resource))
        .filter(({ text }) => known.some((secret) => text.includes(secret)))
        .map(({ path }) => ({ resource, message: `${path} has a secret in it. Refer to a Secret instead.` })),
    );
  },
};

/** The part of a resource that people may read. */
function openPart(resource: Resource): Props {
  const { props } = resource;
  if (isKind(resource, "Secret")) return without(props, "data", "stringData");
  if (resource.type.startsWith("kubernetes:")) return props;
  // What a step prints is a secret by itself where it holds one.
  return isCommand(resource) ? without(props, "stdin", "stdout", "stderr") : {};
}

/** What the engine and the provider keep for themselves begins with two underscores. */
function without(props: Props, ...keys: string[]): Props {
  return Object.fromEntries(Object.entries(props).filter(([key]) => !keys.includes(key)));
}

function openTexts(value: Value, path = ""): { path: string; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, i) => openTexts(item, `${path}[${i}]`));
  if (!isObject(value)) return [];
  return entriesOf(value)
    .filter(([key]) => !key.startsWith("__"))
    .flatMap(([key, item]) => openTexts(item, path === "" ? key : `${path}.${key}`));
}
