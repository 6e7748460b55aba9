/** A JSON Schema, or an OpenAPI schema of Kubernetes. */
export type Schema = Readonly<Record<string, unknown>>;

/** Prefix of references between the schemas of Kubernetes. */
const prefix = "#/components/schemas/";
export const referenceOf = (name: string): string => `kubernetes#/definitions/${name}`;

/**
 * Converts a schema of Kubernetes into a strict JSON Schema, without additional properties. `anyOf`, `oneOf` and `not` of
 * a custom resource are kept, because they only constrain properties that are declared elsewhere.
 */
export function strict(schema: Schema): Schema {
  const reference = schema["$ref"];
  if (typeof reference === "string") return { $ref: referenceOf(reference.slice(prefix.length)) };
  const { properties, items, additionalProperties, allOf, required, default: _default, ...rest } = schema;
  // The server sets defaults before it validates.
  const needed = ((required ?? []) as string[]).filter(
    (name) => !hasDefault((properties as Schema | undefined)?.[name]),
  );
  const open = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const closed = properties !== undefined && additionalProperties === undefined && !open;
  return {
    ...jsonSchema(rest),
    ...(needed.length === 0 ? {} : { required: needed }),
    ...(properties === undefined ? {} : { properties: mapSchemas(properties as Record<string, Schema>) }),
    ...(items === undefined ? {} : { items: strict(items as Schema) }),
    ...(isObject(additionalProperties) ? { additionalProperties: strict(additionalProperties) } : {}),
    ...(typeof additionalProperties === "boolean" ? { additionalProperties } : {}),
    // Kubernetes writes a reference with a default as allOf.
    ...(Array.isArray(allOf) ? { allOf: allOf.map((part: Schema) => ("$ref" in part ? strict(part) : part)) } : {}),
    ...(closed ? { additionalProperties: false } : {}),
    ...(schema["x-kubernetes-embedded-resource"] === true ? { additionalProperties: true } : {}),
  };
}

/** The schema of a custom resource; Kubernetes' schema defines its metadata. */
export function strictCustomResource(schema: Schema, group: { apiVersion: string; kind: string }): Schema {
  const made = strict(schema);
  const open = schema["x-kubernetes-preserve-unknown-fields"] === true;
  return {
    ...made,
    ...(open ? {} : { additionalProperties: false }),
    properties: {
      ...(made["properties"] as object | undefined),
      apiVersion: { const: group.apiVersion },
      kind: { const: group.kind },
      metadata: { $ref: referenceOf("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta") },
    },
  };
}

function mapSchemas(schemas: Record<string, Schema>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, strict(schema)]));
}

/** Converts the keywords in which OpenAPI and JSON Schema differ. */
function jsonSchema({ nullable, type, format, ...rest }: Schema): Schema {
  const intOrString = rest["x-kubernetes-int-or-string"] === true;
  const types = intOrString ? ["integer", "string"] : type;
  const wanted = nullable === true && types !== undefined ? [...[types].flat(), "null"] : types;
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith("x-kubernetes-"))),
    ...(wanted === undefined ? {} : { type: wanted }),
    // Other formats describe storage, or only the server can check them.
    ...(["date-time", "byte", "int32", "int64"].includes(format as string) ? { format } : {}),
  };
}

function hasDefault(schema: unknown): boolean {
  return isObject(schema) && schema["default"] !== undefined;
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
