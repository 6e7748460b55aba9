import { isCommand } from "../fly.ts";
import { isKind } from "../kubernetes.ts";
import { entriesOf, isObject, type Props, type Resource, type Value } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { heldSecrets } from "../secrets.ts";

export const noSecretInTheOpen: Rule = {
  name: "no-secret-in-the-open",
  requirement: "Secrets of the stack appear only in Secrets and encrypted inputs.",
  reason:
    "Arguments, annotations and files are printed and stored in plain text, and an exposed secret must be rotated everywhere.",
  fix: "Pass it in a Secret or on a command's standard input; to detect changes, use a fingerprint.",
  level: "mandatory",
  settings: {},
  ofStack(resources, { secrets }) {
    const known = [...new Set([...secrets, ...heldSecrets(resources)])];
    return resources.flatMap((resource) =>
      openTexts(openPart(resource))
        .filter(({ text }) => known.some((secret) => text.includes(secret)))
        .map(({ path }) => ({ resource, message: `${path} contains a secret. Refer to a Secret instead.` })),
    );
  },
};

/** The properties of a resource that are stored in plain text. */
function openPart(resource: Resource): Props {
  const { props } = resource;
  if (isKind(resource, "Secret")) return without(props, "data", "stringData");
  if (resource.type.startsWith("kubernetes:")) return props;
  // A step's output is encrypted if it contains a secret.
  return isCommand(resource) ? without(props, "stdin", "stdout", "stderr") : {};
}

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
