import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectNames, selectorLabels } from "../names.ts";
import { ownedBy } from "../owner.ts";

/** What web and worker read as copies. */
export const copied = [objectNames.settings, objectNames.secrets, objectNames.initializers] as const;
export type Copied = (typeof copied)[number];

/** Digits of a keyed fingerprint in a name. */
export const copyDigits = 10;

/**
 * The metadata of an immutable copy, named by its content: a pod that restarts reads what its release was started with,
 * also after a failed update, and pods restart only with other content. The settings' record owns it, so `destroy` leaves none.
 */
export function copyMetadata(of: Copied, hash: string | pulumi.Output<string>, record: k8s.core.v1.ConfigMap) {
  const name = typeof hash === "string" ? `${of}-${hash}` : pulumi.interpolate`${of}-${hash}`;
  const { namespace } = record.metadata;
  return { name, namespace, labels: selectorLabels(of), ownerReferences: ownedBy(record) };
}

/**
 * Pulumi deletes a replaced object by its name, even if a change that was taken back uses that name again. `removeOldCopies`
 * deletes copies instead.
 */
export const copyOptions = { retainOnDelete: true };
