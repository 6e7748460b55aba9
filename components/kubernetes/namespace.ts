import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

const level = (mode: "enforce" | "warn" | "audit"): string => `pod-security.kubernetes.io/${mode}`;

/**
 * The Pod Security level of the namespace. Chatwoot's image runs as root by default, which `restricted` rejects;
 * everything else complies.
 */
export function podSecurityLabels(runAsNonRoot: boolean): Record<string, string> {
  return {
    [level("enforce")]: runAsNonRoot ? "restricted" : "baseline",
    [level("warn")]: "restricted",
    [level("audit")]: "restricted",
  };
}

/** Protected, because deleting the namespace deletes the database, Redis, the attachments and every key. */
export function createNamespace(
  name: string,
  { namespace, runAsNonRoot }: { namespace: string; runAsNonRoot: boolean },
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Namespace {
  return new k8s.core.v1.Namespace(
    name,
    { metadata: { name: namespace, labels: podSecurityLabels(runAsNonRoot) } },
    { ...opts, protect: true },
  );
}
