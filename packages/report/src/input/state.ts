import { isObject, secretSignature, signatureKey, type Props, type Value } from "pulumi-embedded-engine/data";

/** The data of a resource's state that is not in the events. */
export interface ResourceFacts {
  urn: string;
  type: string;
  parent: string;
  /** URNs of its dependencies. */
  dependencies: string[];
  inputs: Props;
  outputs: Props;
}

/** Reads the output of `pulumi stack export`. */
export function parseState(text: string, name: string): ResourceFacts[] {
  const refused = new Error(
    `${name}: is not a stack's state. Write it with: pulumi stack export --stack STACK --file FILE`,
  );
  let document: Value;
  try {
    document = JSON.parse(text);
  } catch {
    throw refused;
  }
  const resources: Value = isObject(document) ? document["deployment"]?.resources : undefined;
  if (!isObject(document) || !isObject(document["deployment"])) throw refused;
  return (Array.isArray(resources) ? resources.filter(isObject) : []).map(factsOf);
}

/** Reads the facts of a resource in a state, a step of the embedded engine, or an object of the same shape. */
export function factsOf(resource: Props): ResourceFacts {
  const dependencies = [
    ...(resource["dependencies"] ?? []),
    ...Object.values((resource["propertyDependencies"] ?? {}) as Record<string, string[] | null>).flatMap(
      (urns) => urns ?? [],
    ),
  ] as string[];
  return {
    urn: String(resource["urn"] ?? ""),
    type: String(resource["type"] ?? ""),
    parent: String(resource["parent"] ?? ""),
    dependencies: [...new Set(dependencies)],
    inputs: (resource["inputs"] ?? {}) as Props,
    outputs: (resource["outputs"] ?? {}) as Props,
  };
}

/** Every plaintext secret in a value, from the embedded engine or from an export with `--show-secrets`. */
export function clearSecrets(value: Value): Value[] {
  if (Array.isArray(value)) return value.flatMap(clearSecrets);
  if (!isObject(value)) return [];
  if (value[signatureKey] !== secretSignature) return Object.values(value).flatMap(clearSecrets);
  if (typeof value["plaintext"] === "string") return [parsed(value["plaintext"])];
  return "value" in value ? [value["value"]] : [];
}

function parsed(text: string): Value {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
