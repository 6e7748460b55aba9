import { afterAll, beforeAll, expect, it } from "vitest";
import { createKubeClient, collectionPath, type KubeClient, type Kind } from "kubernetes-sandbox/client";
import { join } from "node:path";
import { openKube } from "./cluster.ts";
import { prodVariants } from "../helpers/prod-variants.ts";
import { openSandbox, type Overlay } from "./support.ts";

/*
 * Each of the variants from nothing to an empty second run and away again. They share a cluster, where others have put what
 * some of them rely on. A run ends well only where it breaks no policy.
 */

const sandbox = openSandbox();
let client: KubeClient;

const run = (command: string, overlay: Overlay, ...more: string[]) =>
  sandbox.run([command, "--stack", "prod", ...more], { overlay });

async function create(
  kind: Kind,
  object: { metadata: { name: string; namespace?: string }; [field: string]: unknown },
) {
  await client.request("POST", collectionPath(kind, object.metadata.namespace), object);
}

beforeAll(async () => {
  await run("up", prodVariants[0]![1]);
  client = await createKubeClient(join(sandbox.folders.cluster, "kubeconfig"));
  for (const name of ["immich", "gateways"])
    await create("Namespace", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const secrets = {
    "cnpg-backup-credentials": { ACCESS_KEY_ID: "id", ACCESS_SECRET_KEY: "key" },
    "pocket-id-client": { "client-id": "id", "client-secret": "secret" },
  };
  for (const [name, stringData] of Object.entries(secrets))
    await create("Secret", { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "immich" }, stringData });
  await create("ClusterSecretStore", {
    apiVersion: "external-secrets.io/v1",
    kind: "ClusterSecretStore",
    metadata: { name: "vault" },
    spec: {
      provider: {
        fake: {
          data: [
            { key: "b2", value: JSON.stringify({ ACCESS_KEY_ID: "id", ACCESS_SECRET_KEY: "key" }) },
            { key: "oidc", value: JSON.stringify({ "client-id": "id", "client-secret": "secret" }) },
          ],
        },
      },
    },
  });
  await create("IngressClass", {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name: "traefik" },
    spec: { controller: "traefik.io/ingress-controller" },
  });
  await create("Gateway", {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name: "public", namespace: "gateways" },
    spec: {
      gatewayClassName: "any",
      listeners: [
        {
          name: "https",
          protocol: "HTTPS",
          port: 443,
          allowedRoutes: { namespaces: { from: "All" } },
          tls: { mode: "Terminate", certificateRefs: [{ name: "wildcard" }] },
        },
      ],
    },
  });
});
afterAll(async () => {
  client?.close();
  await sandbox.dispose();
});

it.each(prodVariants)("%s", async (_what, overlay, objects) => {
  await run("up", overlay);
  const kube = await openKube(sandbox.folders);
  try {
    for (const object of objects) {
      const [kind, name] = object.split(" ") as [Kind, string];
      expect(await kube.find(kind, name), object).toBeDefined();
    }
  } finally {
    kube.close();
  }
  const { changes } = await run("up", overlay);
  expect(changes.filter((change) => !change.startsWith("read "))).toEqual([]);
  await run("destroy", overlay, "--unprotect");
});
