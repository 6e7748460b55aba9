import { roleLabel } from "../../components/kubernetes/names.ts";
import { createKubeClient, collectionPath, type KubeObject } from "kubernetes-sandbox/client";
import type { ClusterPaths } from "kubernetes-sandbox";
import type { Deployed } from "./servers.ts";

type Running = Pick<Deployed, "file" | "keepsProgram" | "isUp" | "workers">;

interface Endpoint {
  conditions?: { ready?: boolean };
}

/** The servers and workers in a namespace of the sandbox's cluster. */
export async function runningInCluster(paths: ClusterPaths, namespace: string): Promise<Running> {
  const client = await createKubeClient(paths.kubeconfig);
  try {
    const list = async (kind: "Pod" | "Service" | "EndpointSlice"): Promise<KubeObject[]> =>
      (await client.request("GET", collectionPath(kind, namespace))).items as KubeObject[];
    const [pods, services, slices] = await Promise.all([list("Pod"), list("Service"), list("EndpointSlice")]);
    const isServed = (service: string): boolean =>
      slices.some(
        ({ metadata, endpoints }) =>
          metadata.labels?.["kubernetes.io/service-name"] === service &&
          ((endpoints ?? []) as Endpoint[]).some(({ conditions }) => conditions?.ready === true),
      );
    const workers = pods.filter(
      ({ metadata, status }) => metadata.labels?.[roleLabel] === "worker" && status?.phase === "Running",
    );
    return {
      file: paths.inside,
      // Without servers, the program refuses each command and names the one that starts them.
      keepsProgram: true,
      isUp(host) {
        // `chatwoot-redis.chatwoot.svc`, or an external server.
        const [name = "", inNamespace = namespace] = host.split(".");
        const isOwn = inNamespace === namespace && services.some(({ metadata }) => metadata.name === name);
        return !isOwn || isServed(name);
      },
      workers: workers.map(({ metadata }) => `${metadata.name}:1:sandbox`),
    };
  } finally {
    client.close();
  }
}
