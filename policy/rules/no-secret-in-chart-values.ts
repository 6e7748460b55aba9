import { hasPassword } from "../../lib/secret-values.ts";
import { isKind } from "../kubernetes.ts";
import type { Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { containsSecret, hasSecretName, heldSecrets, secretEntries } from "../secrets.ts";
import { leavesOf } from "../walk.ts";

export const noSecretInChartValues: Rule = {
  name: "no-secret-in-chart-values",
  requirement: "No value of a Helm chart is a secret; charts get the name of a Secret.",
  reason:
    "Helm stores values in plain text in the cluster, and Pulumi in the state. A chart that creates a Secret from them uses public defaults for missing values: `postgres`, `replace_with_your_super_duper_secret_key_base`.",
  fix: "Create the Secret in the program and pass its name to the chart (`existingSecret`, `existingEnvSecret`).",
  level: "mandatory",
  settings: {},
  ofStack(resources, { secrets }) {
    const own = resources.filter((resource) => !isOfChart(resource));
    const isKnown = containsSecret([...secrets, ...heldSecrets(own)]);
    const isSecret = (name: string, text: string): boolean =>
      text !== "" && ((hasSecretName(name) && !namesSecret.test(name)) || hasPassword(text) || isKnown(text));
    return resources.flatMap((resource) =>
      valuesOf(resource)
        .filter(({ name, text }) => isSecret(name, text))
        .map(({ path }) => ({
          resource,
          message: `${path} is a secret in the chart's values. Pass the name of a Secret.`,
        })),
    );
  },
};

/** Chart values that hold the name of a Secret or of its key. */
const namesSecret = /^existing|(Secret(Name|Ref|Key)|PasswordKey|TokenKey)$/;

interface ChartValue {
  path: string;
  name: string;
  text: string;
}

/** The values of a chart, or the Secrets that it created from them. */
function valuesOf(resource: Resource): ChartValue[] {
  if (/^kubernetes:helm\.sh\/v\d+:(Release|Chart)$/.test(resource.type))
    return [...leavesOf(resource.props["values"], "values"), ...leavesOf(resource.props["set"], "set")].map(
      ({ path, key, text }) => ({ path, name: key, text }),
    );
  if (!isOfChart(resource) || !isKind(resource, "Secret")) return [];
  return secretEntries(resource).map(([name, text]) => ({ path: `data.${name}`, name, text }));
}

/** A URN contains the types of the parents. */
function isOfChart({ urn }: Resource): boolean {
  return /\$?kubernetes:helm\.sh\/v\d+:(Release|Chart)\$/.test(urn);
}
