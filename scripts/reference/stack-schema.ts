import type { Target } from "../../config/schema.ts";
import type { JsonNode } from "./doc-comments.ts";
import type { SecretRow } from "./secrets.ts";

/** What `pulumi config set --secret` leaves in the file. */
const encrypted = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/** Keys of Pulumi and of its providers, which are none of ours. */
const others = { "^(?!chatwoot:)": {} };

/**
 * JSON Schema of a whole stack file, for editors. It knows what one key can tell; whether the keys fit together is
 * decided by the program. Draft 7, which editors understand best.
 */
export function stackSchema(settings: Record<Target, JsonNode>, secrets: readonly SecretRow[]): object {
  const branch = (target: Target) => {
    const { properties = {}, required = [] } = settings[target];
    const fitting = secrets.filter(({ targets }) => targets.includes(target));
    return {
      if: { properties: { "chatwoot:target": { const: target } }, required: ["chatwoot:target"] },
      then: {
        properties: Object.fromEntries([
          ...Object.entries(properties).map(([key, node]) => [`chatwoot:${key}`, node] as const),
          ...fitting.map(({ name, meaning, needed }) => [
            `chatwoot:${name}`,
            { ...encrypted, description: `Secret: ${meaning}. Needed: ${needed}.` },
          ]),
        ]),
        required: required.map((key) => `chatwoot:${key}`),
        patternProperties: others,
        additionalProperties: false,
      },
    };
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack file of Chatwoot on Fly.io or on Kubernetes",
    description: "Written by `npm run reference`; edit config/schema instead.",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          "chatwoot:target": {
            description: "Where this stack deploys to. It decides which other keys there are.",
            enum: ["fly", "kubernetes"],
          },
        },
        required: ["chatwoot:target"],
        allOf: [branch("fly"), branch("kubernetes")],
      },
    },
    required: ["config"],
  };
}
