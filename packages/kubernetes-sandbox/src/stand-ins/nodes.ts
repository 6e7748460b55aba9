import { KubeError, type KubeClient, type KubeObject } from "../kube-client.ts";
import { collectionPath, objectPath } from "../resources.ts";

const renewMs = 10_000;

/** The node of a number, as its kubelet would register it. */
function nodeObject(number: number): KubeObject {
  const name = nodeName(number);
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": process.arch === "x64" ? "amd64" : process.arch,
        "topology.kubernetes.io/zone": `sandbox-${number}`,
      },
    },
    spec: {},
  };
}

const nodeName = (number: number) => `sandbox-node-${number}`;
export const nodeAddress = (number: number) => `10.98.0.${number}`;

/** The status of a healthy node. */
function nodeStatus(number: number, now: string, kubeletPort: number) {
  const resources = { cpu: "16", memory: "64Gi", pods: "110", "ephemeral-storage": "200Gi" };
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    message: "simulated by the sandbox",
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  });
  return {
    capacity: resources,
    allocatable: resources,
    addresses: [
      { type: "InternalIP", address: nodeAddress(number) },
      { type: "Hostname", address: nodeName(number) },
      { type: "ExternalIP", address: "127.0.0.1" },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    // The API server then forwards WebSockets unchanged instead of translating them to SPDY.
    declaredFeatures: ["ExtendWebSocketsToKubelet"],
    conditions: [
      condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
      condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
      condition("PIDPressure", "False", "KubeletHasSufficientPID"),
      condition("Ready", "True", "KubeletReady"),
    ],
  };
}

async function createUnlessThere(client: KubeClient, collection: string, object: unknown): Promise<void> {
  try {
    await client.request("POST", collection, object);
  } catch (error) {
    if (!(error instanceof KubeError && error.code === 409)) throw error;
  }
}

const leaseNamespace = "kube-node-lease";

async function renew(client: KubeClient, number: number): Promise<void> {
  const name = nodeName(number);
  const spec = {
    holderIdentity: name,
    leaseDurationSeconds: 40,
    renewTime: new Date().toISOString().replace("Z", "000Z"),
  };
  try {
    await client.patch(objectPath("Lease", leaseNamespace, name), { spec });
  } catch (error) {
    if (!(error instanceof KubeError && error.code === 404)) throw error;
    const lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, namespace: leaseNamespace },
      spec,
    };
    await createUnlessThere(client, collectionPath("Lease", leaseNamespace), lease);
  }
}

/** Registers the nodes and renews their leases, so that the controller manager does not mark them as lost. */
export async function keepNodes(client: KubeClient, count: number, kubeletPort: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const register = async (number: number) => {
    await createUnlessThere(client, collectionPath("Node"), nodeObject(number));
    const status = nodeStatus(number, new Date().toISOString().replace(/\.\d+Z$/, "Z"), kubeletPort);
    await client.patch(`${objectPath("Node", undefined, nodeName(number))}/status`, { status });
  };
  await Promise.all(numbers.map(register));
  const renewAll = () =>
    Promise.all(numbers.map((number) => renew(client, number))).catch((error: unknown) =>
      console.error("lease:", error),
    );
  await renewAll();
  setInterval(() => void renewAll(), renewMs);
}
