/*
 * Deploys each stack with this version of the program and writes its state to tests/processes/update/recorded, for the
 * tests of later versions: `node tests/processes/update/record.ts`.
 */
import { toolCache } from "../../../preview/tool-cache.ts";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { readValues } from "../../../sandbox/cli/values.ts";
import { startCluster } from "kubernetes-sandbox";
import { memoryState } from "pulumi-embedded-engine";
import { flyctlBinFolder, Store } from "flyctl-stand-in";
import { kubernetesProvider } from "pulumi-embedded-engine/providers";
import { buildTools } from "kubernetes-sandbox/tools";
import { program, stackEngine } from "../../helpers/in-process.ts";
import { stackValues } from "../../helpers/stack-files.ts";
import { commandsWithoutInternet } from "./commands.ts";
import { consumerApp, consumerNamespace, everythingOnFly, everythingOnKubernetes } from "./everything.ts";
import { withOwnChart, writeRecorded, type RecordedName, type RecordedStack } from "./recorded.ts";

const stacks: Record<RecordedName, Pick<RecordedStack, "stack"> & { change?: typeof everythingOnFly }> = {
  staging: { stack: "staging" },
  prod: { stack: "prod" },
  "everything-on-fly": { stack: "staging", change: everythingOnFly },
  "everything-on-kubernetes": { stack: "prod", change: everythingOnKubernetes },
};

const folder = mkdtempSync(join(tmpdir(), "recording-"));
const tools = await buildTools(toolCache);

/** The objects that the stacks require in their cluster. */
async function openCluster(name: string) {
  const { cluster } = await readValues("prod");
  const keys = { ACCESS_KEY_ID: "id", ACCESS_SECRET_KEY: "key" };
  const client = { "client-id": "id", "client-secret": "secret" };
  const data = Object.entries({ b2: keys, oidc: client }).map(([key, value]) => ({
    key,
    value: JSON.stringify(value),
  }));
  return startCluster({
    cache: toolCache,
    dir: join(folder, name, "cluster"),
    tools,
    ...cluster,
    objects: [
      ...(cluster?.objects ?? []),
      { kind: "Namespace", metadata: { name: consumerNamespace } },
      { kind: "ClusterSecretStore", metadata: { name: "vault" }, spec: { provider: { fake: { data } } } },
      {
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
      },
    ],
  });
}

async function record(name: RecordedName): Promise<void> {
  const { stack, change } = stacks[name];
  const config: RecordedStack["config"] = structuredClone(stackValues(stack));
  change?.(config);
  const fly = join(folder, name, "fly");
  mkdirSync(fly, { recursive: true });
  writeFileSync(join(fly, "orgs.json"), '["hotdash"]');
  Object.assign(process.env, {
    PATH: [flyctlBinFolder, process.env["PATH"]].join(delimiter),
    FLYCTL_SANDBOX_DIR: fly,
    FLY_CONFIG_DIR: join(folder, name, "config"),
    CHATWOOT_ARTIFACTS_DIR: join(folder, name, "artifacts"),
    FLY_API_TOKEN: "sandbox",
  });
  await execa("flyctl", ["apps", "create", consumerApp, "--org", "hotdash"]);
  const cluster = stack === "prod" ? await openCluster(name) : undefined;
  if (cluster !== undefined) process.env["KUBECONFIG"] = cluster.kubeconfig;
  try {
    const state = memoryState();
    const run = await stackEngine(stack, {
      state,
      providers: {
        command: commandsWithoutInternet,
        kubernetes: kubernetesProvider({ helm: () => Promise.resolve(tools.helm) }),
      },
      change: (values) => Object.assign(values, withOwnChart(config)),
    }).up(program);
    if (!run.ok) throw new Error(run.diagnostics.map(({ message }) => message).join("\n"));
    const checkpoint = await state.load();
    await writeRecorded(name, { stack, config, checkpoint, account: new Store(fly).read() });
    console.log(`${name}: ${checkpoint.resources.length} resources`);
  } finally {
    await cluster?.stop({ wipe: true });
  }
}

try {
  for (const name of Object.keys(stacks) as RecordedName[]) await record(name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
