import { randomBytes } from "node:crypto";
import { isObject, UNKNOWN } from "../../values.ts";
import {
  ANNOTATIONS,
  isAnnotated,
  metadata,
  nameOf,
  withAnnotation,
  withMetadata,
  type KubeObject,
} from "./objects.ts";

export const isAutonamed = (object: KubeObject) => isAnnotated(object, ANNOTATIONS.autonamed);

/** Named by the program, also where the name is not known yet. */
export const isNamed = (object: KubeObject) => nameOf(object) !== "";

/** `<logical name>-<8 hex>` for an object that the program did not name; the name it has, once it has one. */
export function autoname(news: KubeObject, olds: KubeObject | undefined, logicalName: string): KubeObject {
  if (isNamed(news) || (news["metadata"] !== undefined && !isObject(news["metadata"]))) return news;
  if (metadata(news)["generateName"] !== undefined) {
    throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
  }
  // One that the program used to name gets a name of its own only once it is to be replaced.
  if (olds && !isAutonamed(olds)) return news;
  const known = olds && nameOf(olds) !== UNKNOWN ? nameOf(olds) : "";
  const name = known || `${logicalName}-${randomBytes(4).toString("hex")}`;
  return withAnnotation(withMetadata(news, { name }), ANNOTATIONS.autonamed, "true");
}

export function newFieldManager(): string {
  return `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
}
