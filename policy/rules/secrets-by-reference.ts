import { hasPassword } from "../../lib/secret-values.ts";
import { isCommand, machineConfigOf } from "../fly.ts";
import { wordsOf } from "../gate.ts";
import { containersOf, isKind, specOf, type Container } from "../kubernetes.ts";
import { entriesOf, listOf, textOf, type Props, type Resource, type Value } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { hasSecretName } from "../secrets.ts";
import { holdsSecret } from "../secret-texts.ts";
import { jsonOf, objectsOf } from "../walk.ts";

export const secretsByReference: Rule<{ open: string[] }> = {
  name: "secrets-by-reference",
  requirement:
    "Passwords, keys and tokens are not plain values in environments, arguments, probes, annotations, ConfigMaps, triggers or fly.toml.",
  reason:
    "Everyone who can view pods or the app reads these values, and they appear in the state and in every preview.",
  fix: "Store the value in a Secret (on Fly: in the app's secrets) and refer to it by `secretKeyRef`.",
  level: "mandatory",
  settings: {
    open: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Names that look like secrets but are not",
    },
  },
  ofResource(resource, { settings }) {
    return plainValues(resource)
      .filter(({ name, value }) => {
        const text = textOf(value);
        if (text === undefined || text === "" || settings.open.includes(name)) return false;
        return hasSecretName(name) || holdsSecret(text, settings.open);
      })
      .map(({ where, name }) => `${where}: ${name} is a plain value. Refer to a Secret.`);
  },
};

/** Values that anyone who may read the objects sees, by the names under which a program reads them. */
function plainValues(resource: Resource): { where: string; name: string; value: Value }[] {
  const named = (where: string, entries: [string, Value][]) =>
    entries.map(([name, value]) => ({ where, name, value: value as unknown }));
  const config = machineConfigOf(resource);
  const annotations = objectsOf(resource.props).flatMap(({ path, object }) =>
    path.endsWith("metadata") ? entriesOf(object["annotations"]) : [],
  );
  return [
    ...containersOf(resource).flatMap((container) => [
      ...named(
        `container ${container.name}`,
        listOf(container["env"]).map((item) => [String(item["name"]), item["value"]]),
      ),
      ...named(`container ${container.name}`, [...commandsOf(container), ...headersOf(container)]),
    ]),
    ...named(
      "annotations",
      annotations.filter(([name]) => !/^(pulumi\.com|checksum)\//.test(name)),
    ),
    ...(isKind(resource, "ConfigMap") ? named("ConfigMap", filesOf(resource)) : []),
    // What a step reads besides fly.toml is a name, a number or a program.
    ...(isCommand(resource)
      ? named(
          "environment",
          entriesOf(resource.props["environment"]).filter(
            ([name, value]) => hasSecretName(name) || hasPassword(textOf(value) ?? ""),
          ),
        )
      : []),
    ...named("fly.toml", entriesOf(config?.["env"])),
    ...named(
      "fly.toml",
      textFiles(listOf(config?.["files"]).map((file) => [String(file["guest_path"]), file["raw_value"]])),
    ),
    ...named(
      "fly.toml",
      entriesOf(config?.["processes"]).map(([name, words]) => [`processes.${name}`, words]),
    ),
    ...listOf(specOf(resource)["triggers"]).flatMap(({ metadata }) => named("trigger", entriesOf(metadata))),
  ];
}

/** The arguments of the container, of its probes and hooks. */
function commandsOf(container: Container): [string, Value][] {
  return objectsOf(container).flatMap(({ path, object }): [string, Value][] => {
    const words = wordsOf(object);
    return words.length === 0 ? [] : [[path === "" ? "args" : path, words.join(" ")]];
  });
}

/** The headers of probes and hooks. */
function headersOf(container: Props): [string, Value][] {
  return objectsOf(container).flatMap(({ object }) =>
    listOf(object["httpHeaders"]).map((header): [string, Value] => {
      const name = String(header["name"]);
      return [/^(proxy-)?authorization|cookie$/i.test(name) ? `${name}_TOKEN` : name, header["value"]];
    }),
  );
}

function filesOf({ props }: Resource): [string, Value][] {
  const data = [
    ...entriesOf(props["data"]),
    ...entriesOf(props["binaryData"]).map(([name, value]): [string, Value] => [
      name,
      Buffer.from(textOf(value) ?? "", "base64").toString(),
    ]),
  ];
  return textFiles(data);
}

/** Texts and JSON; a program, which has a file's ending, assigns its own variables. */
function textFiles(files: [string, Value][]): [string, Value][] {
  return files.flatMap(([name, value]): [string, Value][] => {
    const fields = jsonOf(value).map(({ key, text }): [string, Value] => [`${name}.${key}`, text]);
    return /\.(rb|lua|sh|html|json|[cm]?js)$/.test(name) ? fields : [[name, value], ...fields];
  });
}
