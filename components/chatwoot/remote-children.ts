import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "./known-value.ts";

/**
 * A resource with its children, if its provider registers them, as a chart's objects. The SDK does not know those. A
 * preview does not either if the chart's values are unknown.
 */
export async function withRemoteChildren(resource: pulumi.Resource): Promise<pulumi.Resource[]> {
  const { resources } = resource as { resources?: unknown };
  if (!pulumi.ComponentResource.isInstance(resource) || !pulumi.Output.isInstance(resources)) return [resource];
  return [resource, ...((await knownValue(resources as pulumi.Output<pulumi.Resource[]>)) ?? [])];
}
