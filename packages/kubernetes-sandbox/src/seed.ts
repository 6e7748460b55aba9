import { createHash } from "node:crypto";
import type { CustomResourceDefinition } from "./tools/crds.ts";
import { readJson, writePrivate, type ClusterPaths } from "./folder.ts";
import type { KubeClient } from "./kube-client.ts";
import { apiVersionOf, collectionPath, objectPath, type Kind } from "./resources.ts";

/** A storage class that the provisioner stand-in serves. */
export interface StorageClassOptions {
  readonly name: string;
  /** Used by claims that name no class. Default: false. */
  readonly isDefault?: boolean;
  /** Default: WaitForFirstConsumer, as in most clusters. */
  readonly volumeBindingMode?: "Immediate" | "WaitForFirstConsumer";
  /** Default: Delete. */
  readonly reclaimPolicy?: "Delete" | "Retain";
  /** Default: true. */
  readonly allowVolumeExpansion?: boolean;
  /** The supported access modes; claims with others stay pending with an event. Default: ReadWriteOnce and ReadWriteOncePod. */
  readonly accessModes?: readonly ("ReadWriteOnce" | "ReadWriteOncePod" | "ReadOnlyMany" | "ReadWriteMany")[];
}

export interface IngressClassOptions {
  readonly name: string;
  readonly isDefault?: boolean;
  /** The simulated controller. Default: sandbox.local/ingress. */
  readonly controller?: string;
}

export const provisioner = "sandbox.local/provisioner";
const manager = "fieldManager=sandbox&force=true";

/** The object of a storage class. */
export function storageClass(options: StorageClassOptions) {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: options.name,
      annotations: { "storageclass.kubernetes.io/is-default-class": String(options.isDefault ?? false) },
    },
    provisioner,
    parameters: { accessModes: (options.accessModes ?? ["ReadWriteOnce", "ReadWriteOncePod"]).join(",") },
    volumeBindingMode: options.volumeBindingMode ?? "WaitForFirstConsumer",
    reclaimPolicy: options.reclaimPolicy ?? "Delete",
    allowVolumeExpansion: options.allowVolumeExpansion ?? true,
  };
}

/** The object of an ingress class. */
function ingressClass(options: IngressClassOptions) {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: {
      name: options.name,
      annotations: { "ingressclass.kubernetes.io/is-default-class": String(options.isDefault ?? false) },
    },
    spec: { controller: options.controller ?? "sandbox.local/ingress" },
  };
}

/** Applies the classes. The API server rejects most changes of an existing class. */
export async function applyClasses(
  client: KubeClient,
  storage: readonly StorageClassOptions[],
  ingress: readonly IngressClassOptions[],
): Promise<void> {
  const apply = (kind: "StorageClass" | "IngressClass", object: { metadata: { name: string } }) =>
    client.patch(`${objectPath(kind, undefined, object.metadata.name)}?${manager}`, object, "apply-patch+yaml");
  await Promise.all([
    ...storage.map((options) => apply("StorageClass", storageClass(options))),
    ...ingress.map((options) => apply("IngressClass", ingressClass(options))),
  ]);
}

/** An object that the cluster has beforehand, such as a certificate issuer. */
export interface SeedObject {
  readonly kind: Kind;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
  readonly [field: string]: unknown;
}

/** Applies the objects and creates their namespaces first. */
export async function applyObjects(client: KubeClient, objects: readonly SeedObject[]): Promise<void> {
  const namespaces = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  const apply = ({ kind, metadata, ...rest }: SeedObject) =>
    client.patch(
      `${objectPath(kind, metadata.namespace, metadata.name)}?${manager}`,
      { ...rest, apiVersion: apiVersionOf(kind), kind, metadata },
      "apply-patch+yaml",
    );
  await Promise.all([...namespaces].map((name) => apply({ kind: "Namespace", metadata: { name } })));
  await Promise.all(objects.map(apply));
}

/** Applies new and changed CRDs, and waits until the API server serves them. */
export async function applyCrds(
  client: KubeClient,
  paths: ClusterPaths,
  crds: readonly CustomResourceDefinition[],
): Promise<void> {
  const applied = (readJson(paths.applied) ?? {}) as Record<string, string>;
  const hashes = new Map(crds.map((crd) => [crd, createHash("sha256").update(JSON.stringify(crd)).digest("hex")]));
  const fresh = crds.filter((crd) => applied[crd.metadata.name] !== hashes.get(crd));
  if (fresh.length === 0) return;
  await Promise.all(
    fresh.map((crd) =>
      client.patch(
        `${objectPath("CustomResourceDefinition", undefined, crd.metadata.name)}?${manager}`,
        crd,
        "apply-patch+yaml",
      ),
    ),
  );
  await established(client, new Set(fresh.map((crd) => crd.metadata.name)));
  for (const crd of fresh) applied[crd.metadata.name] = hashes.get(crd)!;
  writePrivate(paths.applied, JSON.stringify(applied));
}

async function established(client: KubeClient, names: ReadonlySet<string>): Promise<void> {
  const end = performance.now() + 60_000;
  for (;;) {
    const list = await client.request("GET", collectionPath("CustomResourceDefinition"));
    const items = list.items as {
      metadata: { name: string };
      status?: { conditions?: { type: string; status: string }[] };
    }[];
    const ready = items.filter((item) =>
      item.status?.conditions?.some(({ type, status }) => type === "Established" && status === "True"),
    );
    const served = new Set(ready.map((item) => item.metadata.name));
    const waiting = [...names].filter((name) => !served.has(name));
    if (waiting.length === 0) return;
    if (performance.now() > end) throw new Error(`crds: ${waiting.join(", ")} not established after 60 s.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
