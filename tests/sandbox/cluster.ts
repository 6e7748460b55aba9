import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerStart } from "kubernetes-sandbox";
import { createKubeClient, collectionPath, objectPath, type KubeObject, type Kind } from "kubernetes-sandbox/client";
import { setNamespaceFaults, type ClusterFaults } from "../helpers/namespace-faults.ts";
import type { SandboxFolders } from "../../sandbox/cli/folders.ts";

export interface JournalLine {
  event: string;
  kind: string;
  name: string;
  [detail: string]: unknown;
}

/** The fields of an audit event. */
interface WriteRequest {
  verb: string;
  requestURI: string;
  objectRef: { resource: string; namespace?: string; name?: string };
  responseStatus: { code: number };
}

interface ResourceList {
  resources: { name: string; namespaced: boolean; verbs: string[] }[];
}

type Managed = KubeObject["metadata"] & { managedFields?: { manager: string }[] };

export type Kube = Awaited<ReturnType<typeof openKube>>;

/** The content of a sandbox's cluster, read with its kubeconfig. */
export async function openKube({ folders, namespace }: { folders: SandboxFolders; namespace: string }) {
  const client = await createKubeClient(join(folders.cluster, "kubeconfig"));
  const ask = async <T>(path: string): Promise<T> => (await client.request("GET", path)) as unknown as T;

  async function listable(): Promise<{ path: string; namespaced: boolean }[]> {
    const { groups } = await ask<{ groups: { preferredVersion: { groupVersion: string } }[] }>("/apis");
    const bases = ["/api/v1", ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
    const found = await Promise.all(
      bases.map(async (base) => {
        const { resources } = await ask<ResourceList>(base);
        return resources
          .filter(({ name, verbs }) => !name.includes("/") && verbs.includes("list"))
          .map(({ name, namespaced }) => ({ path: `${base}/${name}`, namespaced }));
      }),
    );
    return found.flat();
  }

  /** Every object of any kind, with its collection. */
  async function everything(): Promise<{ path: string; metadata: KubeObject["metadata"] }[]> {
    const lists = (await listable()).map(async ({ path }) => {
      const { items } = await ask<{ items: KubeObject[] }>(path);
      return items.map(({ metadata }) => ({ path, metadata }));
    });
    return (await Promise.all(lists)).flat();
  }

  return {
    client,
    namespace,
    close: () => client.close(),
    get: (kind: Kind, name: string) => client.request("GET", objectPath(kind, namespace, name)),
    find: (kind: Kind, name: string): Promise<KubeObject | undefined> =>
      client.request("GET", objectPath(kind, namespace, name)).catch(() => undefined),
    list: async (kind: Kind) => (await client.request("GET", collectionPath(kind, namespace))).items as KubeObject[],
    remove: (kind: Kind, name: string) => client.request("DELETE", objectPath(kind, namespace, name)),

    /** Every object of the namespace (or, without one, of the whole cluster) of any kind, with its version. */
    async versions(of: string | undefined = namespace): Promise<Record<string, string>> {
      const found = (await everything()).filter(({ metadata }) => of === undefined || metadata.namespace === of);
      return Object.fromEntries(
        found.map(({ path, metadata }) => {
          const key = [path, metadata.namespace, metadata.name].filter(Boolean).join(" ");
          return [key, metadata.resourceVersion ?? ""];
        }),
      );
    },

    /** The names of the namespace's objects that deployments applied. */
    async applied(): Promise<string[]> {
      const isApplied = ({ metadata }: { metadata: Managed }) =>
        metadata.namespace === namespace && metadata.managedFields?.some(({ manager }) => manager === "chatwoot");
      return (await everything()).filter(isApplied).map(({ metadata }) => metadata.name);
    },

    /** The write requests of deployments to the namespace, without dry runs. Those that change nothing count too. */
    writes: (): string[] =>
      readFileSync(join(folders.cluster, "writes.jsonl"), "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as WriteRequest)
        .filter(({ objectRef: { resource, name, namespace: of } }) =>
          resource === "namespaces" ? name === namespace : of === namespace,
        )
        .filter(({ requestURI }) => !requestURI.includes("dryRun="))
        .map(({ verb, objectRef, responseStatus: { code } }) =>
          [verb, objectRef.resource, objectRef.name, code].join(" "),
        ),

    journal: (): JournalLine[] =>
      readFileSync(join(folders.cluster, "journal.jsonl"), "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as JournalLine)
        .filter((line) => line["namespace"] === namespace),

    setFaults: (faults: ClusterFaults) => setNamespaceFaults(folders.cluster, namespace, faults),
  };
}

export const isContainerStart = (line: JournalLine): line is ContainerStart & JournalLine =>
  line.event === "start" && line.kind === "Container";
