import { afterAll, beforeAll, expect, test } from "vitest";
import { Store, type State } from "flyctl-stand-in";
import { app, deployedStaging, type Deployed } from "./support.ts";

/*
 * A stack with every part: a custom domain, a backup, its own Redis and the log shipper. Four apps, a certificate,
 * addresses, a scheduled machine, a volume.
 */

const host = "chat.hotdash.example";
const backupApp = `${app}-backup`;
const redisApp = `${app}-redis`;
const logsApp = `${app}-logs`;
let staging: Deployed;
beforeAll(async () => {
  staging = await deployedStaging({
    config: {
      "chatwoot:url": `https://${host}`,
      "chatwoot:fly": {
        backup: { bucket: "dumps", endpoint: "https://fly.storage.tigris.dev", region: "auto" },
        redis: { kind: "own", name: null },
        logs: { lokiUrl: "https://loki.hotdash.example", lokiUsername: "1" },
      },
    },
    secrets: {
      "chatwoot:backupAccessKeyId": "planted-key-id",
      "chatwoot:backupSecretAccessKey": "planted-key",
      "chatwoot:lokiPassword": "planted-loki",
      "chatwoot:flyLogsToken": "planted-token",
    },
  });
});
afterAll(() => staging?.dispose());

async function drift(exit: number): Promise<[app: string, what: string, actual: string][]> {
  const output = await staging.ops(["drift", "--json"], exit);
  const { differing } = JSON.parse(output) as { differing: { app: string; what: string; actual: string }[] };
  return differing.map(({ app, what, actual }): [string, string, string] => [app, what, actual]).sort();
}

const change = (how: (state: State) => void): void => new Store(staging.folders.fly).update(how);

test("reports a certificate that is not issued yet", async () => {
  expect(await drift(2)).toEqual([[app, `certificate ${host}`, "pending_validation"]]);
});

test("reports nothing after it is issued", async () => {
  change((state) => (state.apps[app]!.certificates[0]!.configured = true));
  expect(await drift(0)).toEqual([]);
});

test("reports what was deleted manually, for each app", async () => {
  const { ips } = staging.fly.state().apps[app]!;
  const v6 = ips.find(({ type }) => type === "v6")!.address;
  const job = staging.fly.state().apps[backupApp]!.machines[0]!.id;
  await staging.byHand("ips", "release", v6);
  await staging.byHand("certs", "remove", host, "--yes");
  change((state) => {
    state.apps[backupApp]!.machines = [];
    state.apps[redisApp]!.machines[0]!.config.guest.memory_mb = 256;
    state.apps[logsApp]!.machines[0]!.state = "stopped";
  });
  expect(await drift(2)).toEqual([
    [app, "address v6", "released"],
    [app, `certificate ${host}`, "missing"],
    [backupApp, `machine ${job}`, "gone"],
    [logsApp, "shipper machines", "1 stopped"],
    [redisApp, "redis size", "shared-cpu-1x 256 MB"],
  ]);
});
