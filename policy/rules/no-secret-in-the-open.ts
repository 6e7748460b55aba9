import { isCommand } from "../fly.ts";
import { isKind } from "../kubernetes.ts";
import type { Props, Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { containsSecret, heldSecrets } from "../secrets.ts";
import { leavesOf } from "../walk.ts";

export const noSecretInTheOpen: Rule = {
  name: "no-secret-in-the-open",
  requirement: "Secrets of the stack, in any encoding, appear only in Secrets and encrypted inputs.",
  reason:
    "Arguments, annotations and files are printed and stored in plain text, and an exposed secret must be rotated everywhere.",
  fix: "Pass it in a Secret or on a command's standard input; to detect changes, use a fingerprint.",
  level: "mandatory",
  settings: {},
  ofStack(resources, { secrets }) {
    const isKnown = containsSecret([...secrets, ...heldSecrets(resources)]);
    return resources.flatMap((resource) =>
      leavesOf(openPart(resource))
        .filter(({ text }) => isKnown(text))
        .map(({ path }) => ({ resource, message: `${path} contains a secret. Refer to a Secret instead.` })),
    );
  },
};

/** The properties of a resource that are stored in plain text. */
function openPart(resource: Resource): Props {
  const { props, type } = resource;
  if (isKind(resource, "Secret")) return without(props, "data", "stringData");
  // A step's output is encrypted if it contains a secret.
  if (isCommand(resource)) return without(props, "stdin", "stdout", "stderr");
  // What is generated is encrypted; why it is generated again is not.
  return type.startsWith("random:") ? { keepers: props["keepers"] as unknown } : props;
}

function without(props: Props, ...keys: string[]): Props {
  return Object.fromEntries(Object.entries(props).filter(([key]) => !keys.includes(key)));
}
