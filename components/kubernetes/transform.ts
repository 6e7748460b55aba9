import type * as pulumi from "@pulumi/pulumi";
import { fixedFieldManager } from "./annotations.ts";

/** The fields of a Kubernetes object that transforms read: they work on plain objects, not on the SDK's types. */
export interface KubernetesObject {
  metadata: { name: string; annotations?: Record<string, unknown> };
}

export function withAnnotations<T extends KubernetesObject>(object: T, annotations: object): T {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}

/**
 * The result of a transform. The SDK reads an unset "delete before replace" as false and would send that back as an
 * explicit choice: a failed Job would then be created beside itself, under the same name. Without the option, the
 * provider decides.
 */
export function transformed<T>(
  props: T,
  { deleteBeforeReplace: _unchosen, ...opts }: pulumi.CustomResourceOptions,
): { props: T; opts: pulumi.CustomResourceOptions } {
  return { props, opts };
}

/**
 * For the program's own objects. A transformation, which runs in this process, because a transform sends every property
 * to the engine and back; only transforms reach a chart's objects.
 */
export const withFixedFieldManager: pulumi.ResourceTransformation = ({ type, props, opts }) => {
  const object = props as Partial<KubernetesObject>;
  if (!type.startsWith("kubernetes:") || object.metadata === undefined) return undefined;
  return { props: withAnnotations(object as KubernetesObject, fixedFieldManager), opts };
};
