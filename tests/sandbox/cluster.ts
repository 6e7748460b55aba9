import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerStart } from "kubernetes-sandbox";
import { createKubeClient, collectionPath, objectPath, type KubeObject, type Kind } from "kubernetes-sandbox/client";
import type { SandboxFolders } from "../../sandbox/cli/folders.ts";

export interface JournalLine {
  event: string;
  kind: string;
  name: string;
  [detail: string]: unknown;
}

interface ResourceList {
  resources: { name: string; namespaced: boolean; verbs: string[] }[];
}

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

  return {
    close: () => client.close(),
    get: (kind: Kind, name: string) => client.request("GET", objectPath(kind, namespace, name)),
    find: (kind: Kind, name: string): Promise<KubeObject | undefined> =>
      client.request("GET", objectPath(kind, namespace, name)).catch(() => undefined),
    list: async (kind: Kind) => (await client.request("GET", collectionPath(kind, namespace))).items as KubeObject[],
    remove: (kind: Kind, name: string) => client.request("DELETE", objectPath(kind, namespace, name)),

    /** Every object of the namespace (or, without one, of the whole cluster) of any kind, with its version. */
    async versions(of: string | undefined = namespace): Promise<Record<string, string>> {
      const lists = await Promise.all(
        (await listable()).map(async ({ path }) => {
          const { items } = await ask<{ items: KubeObject[] }>(path);
          return items
            .filter(({ metadata }) => of === undefined || metadata.namespace === of)
            .map(({ metadata }) => {
              const key = [path, metadata.namespace, metadata.name].filter(Boolean).join(" ");
              return [key, metadata.resourceVersion ?? ""] as const;
            });
        }),
      );
      return Object.fromEntries(lists.flat());
    },

    /**
     * The number of write requests to the API server for the program's kinds, by verb and kind, without dry runs.
     * Requests that change nothing count too.
     */
    async writes(): Promise<Record<string, number>> {
      const text = await metrics(client);
      const counted = text.split("\n").flatMap((line) => {
        const found = /^apiserver_request_total\{(.*)\} (\d+)$/.exec(line);
        if (!found) return [];
        const labels = Object.fromEntries(
          [...(found[1] as string).matchAll(/(\w+)="([^"]*)"/g)].map((m) => [m[1], m[2]]),
        );
        const { verb = "", resource = "", dry_run: dryRun = "", subresource = "", code = "" } = labels;
        const writes = ["POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION"].includes(verb);
        if (!writes || dryRun !== "" || subresource !== "" || !ownKinds.includes(resource)) return [];
        return [[`${verb} ${resource} ${code}`, Number(found[2])] as const];
      });
      return Object.fromEntries(counted);
    },

    journal: (): JournalLine[] =>
      readFileSync(join(folders.cluster, "journal.jsonl"), "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as JournalLine)
        .filter((line) => line["namespace"] === namespace),

    /** Sets the stand-ins' faults; `{}` for none. They read the file every 50 ms. */
    async setFaults(faults: { failJobs?: string[]; failPods?: string[]; stall?: string[]; delayMs?: number }) {
      writeFileSync(join(folders.cluster, "faults.json"), JSON.stringify(faults));
      await sleep(200);
    },
  };
}

const ownKinds = [
  ...["namespaces", "configmaps", "secrets", "services", "serviceaccounts", "persistentvolumeclaims"],
  ...["deployments", "statefulsets", "jobs", "ingresses", "clusters", "databases", "scheduledbackups", "objectstores"],
];

/** The response is plain text, which the client for objects cannot parse. */
async function metrics(client: Awaited<ReturnType<typeof createKubeClient>>): Promise<string> {
  const { request } = await import("node:https");
  const options: Record<string, unknown> = {};
  await client.config.applyToHTTPSOptions(options);
  const address = new URL("/metrics", client.config.getCurrentCluster()!.server);
  return new Promise((resolve, reject) => {
    const { ca, cert, key } = options as { ca: Buffer; cert: Buffer; key: Buffer };
    const call = request(address, { ca, cert, key, timeout: 30_000 }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => resolve(text));
    });
    call.on("error", reject);
    call.end();
  });
}

export const isContainerStart = (line: JournalLine): line is ContainerStart & JournalLine =>
  line.event === "start" && line.kind === "Container";
