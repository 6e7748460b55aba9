import { isObjectOfKubernetes } from "../../policy/kubernetes.ts";
import type { Props, Resource } from "../../policy/resource.ts";
import { crdSetNames, loadCrds, loadKubernetesSchemas, type OnProgress } from "kubernetes-sandbox/tools";
import { createValidator, type KubernetesObject, type Validator } from "./validator.ts";
import { toolCache } from "../tool-cache.ts";

export interface Invalid {
  resource: Resource;
  message: string;
}

export interface SchemaCheck {
  /** Kubernetes version of the schemas. */
  version: string;
  /** Number of validated objects. */
  objects: number;
  invalid: Invalid[];
}

/** Validates Kubernetes objects against the published schemas of Kubernetes and the operators, without a cluster. */
export async function checkSchemas(resources: readonly Resource[], onProgress?: OnProgress): Promise<SchemaCheck> {
  const kubernetes = await loadKubernetesSchemas(toolCache, { onProgress });
  const objects = resources.filter(isObjectOfKubernetes);
  const validator = createValidator(kubernetes, await loadCrds(toolCache, crdSetNames, { onProgress }));
  const invalid = objects.flatMap((resource) =>
    problems(resource, validator).map((message) => ({ resource, message })),
  );
  return { version: kubernetes.version, objects: objects.length, invalid };
}

export function problems({ props }: Resource, validate: Validator): string[] {
  const object = knownPart(props) as KubernetesObject;
  const { apiVersion, kind } = object;
  const found = validate(object);
  return (
    found ?? [
      `${apiVersion} ${kind}: unknown kind. Add its definition to packages/kubernetes-sandbox/src/tools/crd-sets.ts.`,
    ]
  );
}

/** Omits internal properties of the engine. */
function knownPart(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([key]) => !key.startsWith("__")));
}
