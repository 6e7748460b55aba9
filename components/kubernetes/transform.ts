import type * as pulumi from "@pulumi/pulumi";

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
