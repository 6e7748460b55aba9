import type * as pulumi from "@pulumi/pulumi";

/** The value of an Output; undefined in a preview that does not know it yet. */
export async function knownValue<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T> | undefined> {
  // Every Output has this method; the SDK's types omit it.
  if (!(await (output as unknown as { isKnown: Promise<boolean> }).isKnown)) return undefined;
  return new Promise((resolve) => output.apply((value) => resolve(value as pulumi.Unwrap<T>)));
}
