import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesConfig } from "../../config/schema.ts";

type Kubernetes = KubernetesConfig["kubernetes"];

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
  { namespace, runAsNonRoot }: Pick<Kubernetes, "namespace" | "runAsNonRoot">,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Namespace {
  return new k8s.core.v1.Namespace(
    name,
    { metadata: { name: namespace, labels: podSecurityLabels(runAsNonRoot) } },
    { ...opts, protect: true },
  );
}

/**
 * A namespace that the stack neither changes nor deletes. Under the resource name of a namespace that the stack created
 * (`isOwn`), Pulumi releases it: it is kept, and leaves the state.
 */
export function existingNamespace(
  name: string,
  { namespace }: Pick<Kubernetes, "namespace">,
  isOwn: boolean,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Namespace {
  return k8s.core.v1.Namespace.get(isOwn ? name : `${name}-existing`, namespace, opts);
}
