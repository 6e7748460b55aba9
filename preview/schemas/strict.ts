/** A JSON Schema, or one of Kubernetes' OpenAPI, which is nearly one. */
export type Schema = Readonly<Record<string, unknown>>;

/** Where the schemas of Kubernetes refer to each other. */
const prefix = "#/components/schemas/";
export const referenceOf = (name: string): string => `kubernetes#/definitions/${name}`;

/**
 * Kubernetes' schema as a strict JSON Schema: what has properties has no others. Of a custom resource only the skeleton is
 * made strict. Its `anyOf`, `oneOf` and `not` say more about values that the skeleton has already named.
 */
export function strict(schema: Schema): Schema {
  const reference = schema["$ref"];
  if (typeof reference === "string") return { $ref: referenceOf(reference.slice(prefix.length)) };
  const { properties, items, additionalProperties, allOf, required, default: _default, ...rest } = schema;
  // The server fills defaults in before it looks.
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
    // In Kubernetes' own, a reference with a default beside it is written so.
    ...(Array.isArray(allOf) ? { allOf: allOf.map((part: Schema) => ("$ref" in part ? strict(part) : part)) } : {}),
    ...(closed ? { additionalProperties: false } : {}),
    ...(schema["x-kubernetes-embedded-resource"] === true ? { additionalProperties: true } : {}),
  };
}

/** A custom resource's schema; what every object has is Kubernetes' to say. */
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

/** The words in which OpenAPI and JSON Schema differ. */
function jsonSchema({ nullable, type, format, ...rest }: Schema): Schema {
  const intOrString = rest["x-kubernetes-int-or-string"] === true;
  const types = intOrString ? ["integer", "string"] : type;
  const wanted = nullable === true && types !== undefined ? [...[types].flat(), "null"] : types;
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith("x-kubernetes-"))),
    ...(wanted === undefined ? {} : { type: wanted }),
    // The others say how a number is stored, or what only the server knows.
    ...(["date-time", "byte", "int32", "int64"].includes(format as string) ? { format } : {}),
  };
}

function hasDefault(schema: unknown): boolean {
  return isObject(schema) && schema["default"] !== undefined;
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
