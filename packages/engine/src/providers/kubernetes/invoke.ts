import type { Props } from "../../values.ts";
import { decodeManifests } from "./component/manifests.ts";
import { namespaceOf, withMetadata, type KubeObject } from "./objects.ts";

/** `kubernetes:yaml:decode`: the objects of a text; objects without a namespace get the given one. */
export async function decodeYaml(
  args: Props,
  isNamespaced: (object: KubeObject) => Promise<boolean | undefined>,
): Promise<Props> {
  const objects = decodeManifests(args["text"] ?? "").filter((object) => object["kind"] && object["apiVersion"]);
  const namespace: string | undefined = args["defaultNamespace"] || undefined;
  const result = objects.map(async (object) => {
    if (namespace === undefined || namespaceOf(object) || (await isNamespaced(object)) === false) return object;
    return withMetadata(object, { namespace });
  });
  return { result: await Promise.all(result) };
}
