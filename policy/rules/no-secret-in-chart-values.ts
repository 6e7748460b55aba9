import { isKind } from "../kubernetes.ts";
import { entriesOf, isObject, textOf, type Resource, type Value } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { hasPassword, hasSecretName, heldSecrets, secretEntries } from "../secrets.ts";

export const noSecretInChartValues: Rule = {
  name: "no-secret-in-chart-values",
  wants: "No value of a Helm chart is a secret; charts are given the name of a Secret.",
  reason:
    "Values are kept in the clear, by Helm in the cluster and by Pulumi in the state, and a chart that makes a Secret of them fills in its own default where one is missing: `postgres`, `replace_with_your_super_duper_secret_key_base`.",
  fix: "Make the Secret in the program and give the chart its name (`existingSecret`, `existingEnvSecret`).",
  level: "mandatory",
  settings: {},
  ofStack(resources, { secrets }) {
    const own = resources.filter((resource) => !isOfChart(resource));
    const known = [...new Set([...secrets, ...heldSecrets(own)])];
    const isSecret = (name: string, text: string): boolean =>
      text !== "" &&
      ((hasSecretName(name) && !namesSecret.test(name)) ||
        hasPassword(text) ||
        known.some((secret) => text.includes(secret)));
    return resources.flatMap((resource) =>
      valuesOf(resource)
        .filter(({ name, text }) => isSecret(name, text))
        .map(({ path }) => ({
          resource,
          message: `${path} is a secret that came by the chart's values. Name a Secret.`,
        })),
    );
  },
};

/** What charts call the name of a Secret, or of a key in one. */
const namesSecret = /^existing|(Secret(Name|Ref|Key)|PasswordKey|TokenKey)$/;

interface ChartValue {
  path: string;
  name: string;
  text: string;
}

/** The values of a chart where they can be seen, and else the Secrets that it made of them. */
function valuesOf(resource: Resource): ChartValue[] {
  if (/^kubernetes:helm\.sh\/v\d+:(Release|Chart)$/.test(resource.type))
    return leaves(resource.props["values"], "values");
  if (!isOfChart(resource) || !isKind(resource, "Secret")) return [];
  return secretEntries(resource).map(([name, text]) => ({ path: `data.${name}`, name, text }));
}

/** The type of what is above it stands in a URN. */
function isOfChart({ urn }: Resource): boolean {
  return /\$?kubernetes:helm\.sh\/v\d+:(Release|Chart)\$/.test(urn);
}

function leaves(value: Value, path: string): ChartValue[] {
  const text = textOf(value);
  if (text !== undefined) return [{ path, name: path.split(".").at(-1) ?? "", text }];
  return isObject(value) ? entriesOf(value).flatMap(([key, item]) => leaves(item, `${path}.${key}`)) : [];
}
