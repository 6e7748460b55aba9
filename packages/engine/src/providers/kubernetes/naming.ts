import { randomBytes } from "node:crypto";
import { isObject, unknownMarker } from "../../values.ts";
import {
  annotationNames,
  isAnnotated,
  metadata,
  nameOf,
  withAnnotation,
  withMetadata,
  type KubeObject,
} from "./objects.ts";

export const isAutonamed = (object: KubeObject) => isAnnotated(object, annotationNames.autonamed);

/** Whether the program sets the name, even if its value is not known yet. */
export const isNamed = (object: KubeObject) => nameOf(object) !== "";

/** The name of an object without one: its existing name, or a new `<logical name>-<8 hex>`. */
export function autoname(news: KubeObject, olds: KubeObject | undefined, logicalName: string): KubeObject {
  if (isNamed(news) || (news["metadata"] !== undefined && !isObject(news["metadata"]))) return news;
  if (metadata(news)["generateName"] !== undefined) {
    throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
  }
  // An object that the program used to name gets a generated name only when it is replaced.
  if (olds && !isAutonamed(olds)) return news;
  const known = olds && nameOf(olds) !== unknownMarker ? nameOf(olds) : "";
  const name = known || `${logicalName}-${randomBytes(4).toString("hex")}`;
  return withAnnotation(withMetadata(news, { name }), annotationNames.autonamed, "true");
}

export function newFieldManager(): string {
  return `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
}
