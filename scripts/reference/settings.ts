import { z } from "zod";
import { schemas, type Target } from "../../config/schema.ts";
import { describeKeys, openSources, typeOfExport, type JsonNode } from "./doc-comments.ts";

/** Formats of JSON Schema; zod's other formats have an equivalent pattern. */
const knownFormats = ["email", "uri", "date-time"];

/** The settings of each target as JSON Schema, every key with its doc comment. */
export function settings(root: string): Record<Target, JsonNode> {
  const file = "config/schema.ts";
  const program = openSources(root, [file]);
  const of = (target: Target): JsonNode => {
    const node = z.toJSONSchema(schemas[target], {
      target: "draft-7",
      io: "input",
      unrepresentable: "any",
      override: ({ jsonSchema }) => {
        if (jsonSchema.format !== undefined && !knownFormats.includes(jsonSchema.format)) delete jsonSchema.format;
      },
    }) as JsonNode;
    describeKeys(node, typeOfExport(program, `${root}/${file}`, `${target}Config`), program.getTypeChecker());
    return node;
  };
  return { fly: of("fly"), kubernetes: of("kubernetes") };
}
