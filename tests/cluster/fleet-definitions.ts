import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCrds, type CustomResourceDefinition } from "kubernetes-sandbox/tools";

type Schema = Record<string, unknown>;
const text = { type: "string" };
const flag = { type: "boolean" };
const whole = { type: "integer" };
const object = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});
const list = (items: Schema): Schema => ({ type: "array", items });
const named = (items: Schema): Schema => ({ type: "object", additionalProperties: items });

/** The operator's documented schema of the fields that this project writes; other fields are rejected. */
const reference = object({ type: text, secret: object({ name: text, key: text }, "name", "key") }, "type");
const container = object(
  { name: text, volumeMounts: list(object({ name: text, mountPath: text, readOnly: flag }, "name", "mountPath")) },
  "name",
);
const workspace = object({
  image: text,
  securityProfile: text,
  resources: object({ requests: named(text), limits: named(text) }),
  env: list(object({ name: text, value: text }, "name")),
  podTemplate: object({
    spec: object(
      {
        terminationGracePeriodSeconds: whole,
        containers: list(container),
        volumes: list(object({ name: text, secret: object({ secretName: text }) }, "name")),
      },
      "containers",
    ),
  }),
});
const stackSpec = object(
  {
    serviceAccountName: text,
    stack: text,
    projectRepo: text,
    branch: text,
    commit: text,
    shallow: flag,
    gitAuth: object({ accessToken: reference }),
    backend: text,
    envRefs: named(reference),
    config: { "x-kubernetes-preserve-unknown-fields": true },
    secretsRef: named(reference),
    destroyOnFinalize: flag,
    useLocalStackOnly: flag,
    preview: flag,
    resyncFrequencySeconds: whole,
    retryOnUpdateConflict: flag,
    prerequisites: list(object({ name: text }, "name")),
    workspaceReclaimPolicy: { type: "string", enum: ["Retain", "Delete"] },
    workspaceTemplate: object({ spec: workspace }),
  },
  "stack",
);

const documented: CustomResourceDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "stacks.pulumi.com" },
  spec: {
    group: "pulumi.com",
    names: { kind: "Stack", listKind: "StackList", plural: "stacks", singular: "stack" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: object({ spec: stackSpec, status: object({}) }) },
      },
    ],
  },
};

/**
 * The operator's published definitions (deploy/crds of its repository) from the folder in CHATWOOT_FLEET_CRDS, or else
 * the documented schema of the fields that the project writes.
 */
export function fleetDefinitions(folder = process.env["CHATWOOT_FLEET_CRDS"]): CustomResourceDefinition[] {
  if (folder === undefined || folder === "") return [documented];
  const files = readdirSync(folder).filter((file) => /^(auto\.)?pulumi\.com_.*\.yaml$/.test(file));
  return files.flatMap((file) => parseCrds(readFileSync(join(folder, file), "utf8")));
}
