import { hasPassword } from "../../lib/secret-values.ts";
import { isCommand, machineConfigOf } from "../fly.ts";
import { containersOf, isKind } from "../kubernetes.ts";
import { entriesOf, listOf, textOf, type Resource, type Value } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { hasSecretName } from "../secrets.ts";

export const secretsByReference: Rule<{ open: string[] }> = {
  name: "secrets-by-reference",
  requirement: "Passwords, keys and tokens are not plain values in environments, ConfigMaps or fly.toml.",
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
        return hasSecretName(name) || hasPassword(text);
      })
      .map(({ where, name }) => `${where}: ${name} is a plain value. Refer to a Secret.`);
  },
};

function plainValues(resource: Resource): { where: string; name: string; value: Value }[] {
  const named = (where: string, entries: [string, Value][]) =>
    entries.map(([name, value]) => ({ where, name, value: value as unknown }));
  const variables = containersOf(resource).flatMap(({ name, env }) =>
    named(
      `container ${name}`,
      listOf(env).map((item) => [String(item["name"]), item["value"]]),
    ),
  );
  return [
    ...variables,
    ...(isKind(resource, "ConfigMap") ? named("ConfigMap", entriesOf(resource.props["data"])) : []),
    ...(isCommand(resource) ? named("environment", entriesOf(resource.props["environment"])) : []),
    ...named("fly.toml", entriesOf(machineConfigOf(resource)?.["env"])),
  ];
}
