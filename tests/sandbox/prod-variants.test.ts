import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Kind } from "kubernetes-sandbox/client";
import { resourcesOf } from "../../preview/policy/resources.ts";
import { inNamespace, refusal } from "../cluster/strict.ts";
import { openTestCluster, type TestCluster } from "../cluster/support.ts";
import { merge, on } from "../../stacks/transforms.ts";
import { exhaustive } from "../helpers/exhaustive.ts";
import { overlaid, planned } from "../helpers/planned.ts";
import { prodVariants } from "../helpers/prod-variants.ts";
import { openKube } from "./cluster.ts";
import { openSandbox } from "./support.ts";

/*
 * The variant with external services and the largest are deployed: from nothing to an empty second run, and destroyed. For the
 * others, the API server validates every object. An exhaustive run deploys all of them. A run succeeds only if it
 * breaks no policy.
 */

const liveCount = exhaustive ? prodVariants.length : 2;
const sandbox = openSandbox({ sharedCluster: true });
let cluster: TestCluster;

const keys = { ACCESS_KEY_ID: "id", ACCESS_SECRET_KEY: "key" };
const client = { "client-id": "id", "client-secret": "secret" };
const listener = { name: "https", protocol: "HTTPS", port: 443, allowedRoutes: { namespaces: { from: "All" } } };

const dnsConfig = { options: [{ name: "ndots", value: "2" }] };
/** A user's transform reaches every Deployment, the chart's too. */
const transforms = [
  on("kubernetes:apps/v1:Deployment", ({ props }) => ({
    props: merge(props, { spec: { template: { spec: { dnsConfig } } } }),
  })),
];

beforeAll(async () => {
  // External objects that some variants require.
  cluster = await openTestCluster({
    ingressClasses: [{ name: "traefik", controller: "traefik.io/ingress-controller" }],
    objects: [
      { kind: "Secret", metadata: { name: "cnpg-backup-credentials", namespace: "immich" }, stringData: keys },
      {
        kind: "Secret",
        metadata: { name: "team-db-app", namespace: "immich" },
        stringData: { username: "app", password: "password", dbname: "chatwoot", host: "team-db-rw", port: "5432" },
      },
      { kind: "Secret", metadata: { name: "pocket-id-client", namespace: "immich" }, stringData: client },
      {
        kind: "ClusterSecretStore",
        metadata: { name: "vault" },
        spec: {
          provider: {
            fake: {
              data: [
                { key: "b2", value: JSON.stringify(keys) },
                { key: "oidc", value: JSON.stringify(client) },
              ],
            },
          },
        },
      },
      {
        kind: "Gateway",
        metadata: { name: "public", namespace: "gateways" },
        spec: {
          gatewayClassName: "any",
          listeners: [{ ...listener, tls: { mode: "Terminate", certificateRefs: [{ name: "wildcard" }] } }],
        },
      },
    ],
  });
});
afterAll(async () => {
  await cluster?.dispose();
  await sandbox.dispose();
});

describe("deployed", () => {
  test.each(prodVariants.slice(0, liveCount))("%s", async (what, overlay, objects) => {
    // Without a backup, the policies of production refuse the run after it deployed.
    const exit = what.includes("no backup") ? 1 : 0;
    await sandbox.runHere("up", "prod", { overlay, transforms, exit });
    const kube = await openKube(sandbox);
    try {
      for (const object of objects) {
        const [kind, name] = object.split(" ") as [Kind, string];
        expect(await kube.find(kind, name), object).toBeDefined();
      }
      for (const { metadata, spec } of await kube.list("Deployment"))
        expect([metadata.name, spec.template.spec.dnsConfig]).toEqual([metadata.name, dnsConfig]);
    } finally {
      kube.close();
    }
    const { changes } = await sandbox.runHere("up", "prod", { overlay, transforms, exit });
    expect(changes.filter((change) => !change.startsWith("read "))).toEqual([]);
    // The largest runs as a non-root user, on a read-only root.
    if (JSON.stringify(overlay).includes('"runAsNonRoot":true')) {
      const { output } = await sandbox.opsHere(["smoke", "--stack", "prod"], { overlay });
      expect(output).toMatch(/ok +attachment +4 kB written and read back/);
    }
    await sandbox.runHere("destroy", "prod", { overlay, unprotect: true });
  });
});

describe("planned", () => {
  test.each(prodVariants.slice(liveCount))(
    "%s: the API server accepts every object",
    async (_what, overlay, objects) => {
      const namespace = await cluster.namespace("variant");
      const { steps } = await planned("prod", inNamespace(namespace, overlaid(overlay)));
      const made = resourcesOf(steps).filter(
        ({ type, props }) => /^kubernetes:(?!helm)/.test(type) && props["kind"] !== "Namespace",
      );
      expect(made.map(({ props }) => `${props["kind"]} ${props["metadata"].name}`)).toEqual(
        expect.arrayContaining(objects),
      );
      expect(made.length).toBeGreaterThan(20);
      for (const { name, props } of made) expect([name, await refusal(cluster, props)]).toEqual([name, ""]);
    },
  );
});
