import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { hasUnknown } from "pulumi-embedded-engine";
import type { CustomResourceDefinition, KubernetesSchemas } from "kubernetes-sandbox/tools";
import { goPattern } from "./go-pattern.ts";
import { messageOf } from "./messages.ts";
import { referenceOf, strict, strictCustomResource, type Schema } from "./strict.ts";

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  [field: string]: unknown;
}

/** Returns the problems of an object; undefined for an unknown kind. */
export type Validator = (object: KubernetesObject) => string[] | undefined;

interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

/** Validates as an API server with `fieldValidation=Strict`: unknown fields, types, required fields, limits. */
export function createValidator(
  { schemas }: KubernetesSchemas,
  definitions: readonly CustomResourceDefinition[],
): Validator {
  const regExp = Object.assign(goPattern, { code: "goPattern" });
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, logger: false, code: { regExp } });
  addFormats.default(ajv);
  ajv.addSchema({
    $id: "kubernetes",
    definitions: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, corrected(name, schema)])),
  });
  const known = new Map<string, Schema>([...builtIn(schemas), ...definitions.flatMap(custom)]);
  const compiled = new Map<string, ValidateFunction>();
  return (object) => {
    const key = `${object.apiVersion} ${object.kind}`;
    const schema = known.get(key);
    if (schema === undefined) return undefined;
    const validate = compiled.get(key) ?? ajv.compile(schema);
    compiled.set(key, validate);
    validate(withoutNulls(object));
    return [...new Set(significant(validate.errors ?? []).map(messageOf))];
  };
}

function* builtIn(schemas: KubernetesSchemas["schemas"]): Generator<[string, Schema]> {
  for (const [name, schema] of Object.entries(schemas)) {
    const kinds = (schema as Schema)["x-kubernetes-group-version-kind"] as GroupVersionKind[] | undefined;
    // Kinds such as DeleteOptions belong to every group.
    if (kinds?.length !== 1) continue;
    const [{ group, version, kind }] = kinds as [GroupVersionKind];
    const apiVersion = group === "" ? version : `${group}/${version}`;
    yield [`${apiVersion} ${kind}`, { $ref: referenceOf(name) }];
  }
}

/** Replaces types that JSON can write in several ways. */
function corrected(name: string, schema: object): Schema {
  if (name.endsWith(".api.resource.Quantity")) return { type: ["string", "number"] };
  if (name.endsWith(".util.intstr.IntOrString")) return { type: ["string", "integer"] };
  return strict(schema as Schema);
}

interface Version {
  name: string;
  served: boolean;
  schema?: { openAPIV3Schema?: Schema };
}

function custom({ spec }: CustomResourceDefinition): [string, Schema][] {
  const { group, names, versions } = spec as { group: string; names: { kind: string }; versions: Version[] };
  return versions
    .filter(({ served }) => served)
    .map(({ name, schema }) => {
      const id = { apiVersion: `${group}/${name}`, kind: names.kind };
      return [`${id.apiVersion} ${id.kind}`, strictCustomResource(schema?.openAPIV3Schema ?? {}, id)];
    });
}

/** The server treats a null field as omitted. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

/** Drops errors of combined schemas if their parts report errors, and errors about unknown values. */
function significant(errors: readonly ErrorObject[]): ErrorObject[] {
  const inside = (one: ErrorObject): boolean =>
    ["anyOf", "oneOf", "if"].includes(one.keyword) &&
    errors.some((other) => other !== one && other.instancePath.startsWith(`${one.instancePath}/`));
  const known = ({ keyword, data }: ErrorObject): boolean =>
    ["additionalProperties", "required"].includes(keyword) || !hasUnknown(data);
  return errors.filter((error) => known(error) && !inside(error));
}
