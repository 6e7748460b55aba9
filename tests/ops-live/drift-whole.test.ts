import { afterAll, beforeAll, expect, it } from "vitest";
import { Store, type State } from "../../sandbox/flyctl/index.ts";
import { app, deployedStaging, type Deployed } from "./support.ts";

/* A stack with a domain of its own and a backup: two apps, a certificate, addresses, a machine with a schedule. */

const host = "chat.hotdash.example";
const backupApp = `${app}-backup`;
let staging: Deployed;
beforeAll(async () => {
  staging = await deployedStaging({
    config: {
      "chatwoot:url": `https://${host}`,
      "chatwoot:fly": { backup: { bucket: "dumps", endpoint: "https://fly.storage.tigris.dev", region: "auto" } },
    },
    secrets: { "chatwoot:backupAccessKeyId": "planted-key-id", "chatwoot:backupSecretAccessKey": "planted-key" },
  });
});
afterAll(() => staging?.dispose());

async function drift(exit: number): Promise<[app: string, what: string, actual: string][]> {
  const said = await staging.ops(["drift", "--json"], exit);
  const { differing } = JSON.parse(said) as { differing: { app: string; what: string; actual: string }[] };
  return differing.map(({ app, what, actual }) => [app, what, actual]);
}

const change = (how: (state: State) => void): void => new Store(staging.folders.fly).update(how);

it("a certificate that was not issued yet", async () => {
  expect(await drift(2)).toEqual([[app, `certificate ${host}`, "pending_validation"]]);
});

it("nothing, when it is issued", async () => {
  change((state) => (state.apps[app]!.certificates[0]!.configured = true));
  expect(await drift(0)).toEqual([]);
});

it("what was removed by hand, of each app", async () => {
  const { ips } = staging.fly.state().apps[app]!;
  const v6 = ips.find(({ type }) => type === "v6")!.address;
  const job = staging.fly.state().apps[backupApp]!.machines[0]!.id;
  await staging.byHand("ips", "release", v6);
  await staging.byHand("certs", "remove", host, "--yes");
  change((state) => (state.apps[backupApp]!.machines = []));
  expect(await drift(2)).toEqual([
    [app, `certificate ${host}`, "missing"],
    [app, "address v6", "released"],
    [backupApp, `machine ${job}`, "gone"],
  ]);
});
