import type { PendingOperation, StackResource } from "../lib/stack/deployment.ts";
import type { Comparison } from "./comparison.ts";

/** In a terminal, Pulumi asks for each of them without `--non-interactive`. */
const clearCreates = (stack: string): string =>
  `pulumi refresh --clear-pending-creates --yes --non-interactive --stack ${stack}`;

/**
 * Operations that a killed `pulumi` left in the state. Every step adopts what exists, so `up` finishes them. Pulumi keeps those
 * that were creating a resource, and warns of them in each run, until a refresh clears them.
 */
export function comparePending(
  stack: string,
  resources: readonly StackResource[],
  pending: readonly PendingOperation[],
): Comparison[] {
  const known = new Set(resources.map(({ urn }) => urn));
  return pending.map(({ resource: { urn }, type }) => {
    const finish = type === "creating" && known.has(urn) ? [] : [`pulumi up --yes --stack ${stack}`];
    const clear = type === "creating" ? [clearCreates(stack)] : [];
    return {
      app: "state",
      what: `pending operation of ${urn.split("::").at(-1)}`,
      expected: "none",
      actual: type,
      fix: [...finish, ...clear].join(" && "),
    };
  });
}
