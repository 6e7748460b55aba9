import type * as pulumi from "@pulumi/pulumi";
import { fixedFieldManager } from "./annotations.ts";

/** A Kubernetes object as far as transforms look at it: they work on plain objects, not on the SDK's types. */
export interface KubernetesObject {
  metadata: { name: string; annotations?: Record<string, unknown> };
}

export function withAnnotations<T extends KubernetesObject>(object: T, annotations: object): T {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}

/**
 * What a transform answers. The SDK reads "delete before replace" as false where nobody has chosen, and would send that
 * back as a choice: then a Job that failed is made again beside itself, under the same name. Left out, the provider
 * decides.
 */
export function transformed<T>(
  props: T,
  { deleteBeforeReplace: _unchosen, ...opts }: pulumi.CustomResourceOptions,
): { props: T; opts: pulumi.CustomResourceOptions } {
  return { props, opts };
}

/**
 * For the program's own objects. A transformation, which runs in this process, because a transform takes every property
 * to the engine and back; a chart's objects are reached by transforms alone.
 */
export const withFixedFieldManager: pulumi.ResourceTransformation = ({ type, props, opts }) => {
  const object = props as Partial<KubernetesObject>;
  if (!type.startsWith("kubernetes:") || object.metadata === undefined) return undefined;
  return { props: withAnnotations(object as KubernetesObject, fixedFieldManager), opts };
};
