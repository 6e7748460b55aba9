import { isObject, type Props } from "../../values.ts";
import { autoname } from "./naming.ts";
import { normalize } from "./normalize.ts";
import { fromTypeToken, metadata, withMetadata, type KubeObject } from "./objects.ts";
import { markSecretData } from "./secrets.ts";

/** Kinds of the SDK that are not objects of the API server. */
export function refuseUnsupported(type: string, inputs: Props): void {
  const { kind, apiVersion } = fromTypeToken(type);
  if (apiVersion.startsWith("helm.sh/") || apiVersion.startsWith("kustomize"))
    throw new Error(`the sandbox does not implement ${type}`);
  if (kind.endsWith("Patch") && inputs["kind"] !== kind)
    throw new Error(`the sandbox does not implement patch resources (${type})`);
  if (kind.endsWith("List") && Array.isArray(inputs["items"])) {
    throw new Error(
      "list resources exist for compatibility with YAML manifests and Helm charts, and cannot be created directly. " +
        "Use the underlying resource type instead",
    );
  }
}

/** The stored inputs: with name, namespace and the API server's normal form. */
export function checkedInputs(
  news: KubeObject,
  olds: KubeObject | undefined,
  logicalName: string,
  defaultNamespace: string | undefined,
): KubeObject {
  let object = autoname(normalize(news), olds, logicalName);
  const meta = object["metadata"];
  if (
    defaultNamespace !== undefined &&
    (meta === undefined || isObject(meta)) &&
    metadata(object)["namespace"] === undefined
  ) {
    object = withMetadata(object, { namespace: defaultNamespace });
  }
  return markSecretData(object);
}
