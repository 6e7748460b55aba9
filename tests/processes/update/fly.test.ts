import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { effectiveSecrets, flyctlBinFolder, readCalls, Store, type State } from "flyctl-stand-in";
import { commandsWithoutInternet } from "./commands.ts";
import { consumerApp } from "./everything.ts";
import type { RecordedName } from "./recorded.ts";
import { effectsOf, openRecorded } from "./world.ts";

/* Recorded stacks over their recorded Fly account, with the real driver. */

const app = "hotdash-chatwoot";
const folders: string[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function openOnFly(name: RecordedName) {
  const folder = mkdtempSync(join(tmpdir(), "update-"));
  folders.push(folder);
  const fly = join(folder, "fly");
  const env = {
    PATH: [flyctlBinFolder, process.env["PATH"]].join(delimiter),
    FLYCTL_SANDBOX_DIR: fly,
    FLY_CONFIG_DIR: join(folder, "config"),
    CHATWOOT_ARTIFACTS_DIR: join(folder, "artifacts"),
    FLY_API_TOKEN: "sandbox",
  };
  for (const [key, value] of Object.entries(env)) vi.stubEnv(key, value);
  const world = await openRecorded(name, { command: commandsWithoutInternet });
  mkdirSync(fly);
  writeFileSync(join(fly, "state.json"), JSON.stringify(world.account));
  return { ...world, now: () => new Store(fly).read(), calls: () => readCalls(fly) };
}

/** Parts of an account that an update must not change. */
function keptIn({ apps, redis, buckets }: State) {
  const kept = Object.values(apps).map(({ id, volumes, certificates, ips }) => ({ id, volumes, certificates, ips }));
  return { apps: kept, redis, buckets };
}

test("staging is updated by one release, a second `up` runs nothing, and `destroy` keeps unmanaged parts", async () => {
  const stack = await openOnFly("staging");
  await stack.up();
  expect(keptIn(stack.now())).toEqual(keptIn(stack.account));
  const changed = stack.calls().filter((call) => call.changed);
  expect(changed.map(({ argv }) => argv.slice(0, 3).join(" "))).toEqual([
    "secrets import --app",
    "secrets sync --app",
    `deploy --app ${app}`,
  ]);
  const asked = stack.calls().length;
  expect(effectsOf(await stack.up())).toEqual([]);
  expect(stack.calls()).toHaveLength(asked);
  await stack.destroy();
  const { apps, redis } = stack.now();
  expect([Object.keys(apps), Object.keys(redis)]).toEqual([[consumerApp], []]);
});

test("every part is destroyed by the commands in the old state", async () => {
  const stack = await openOnFly("everything-on-fly");
  expect(Object.keys(effectiveSecrets(stack.now().apps[consumerApp]!))).toContain("CHATWOOT_API_KEY");
  await stack.destroy();
  const { apps } = stack.now();
  expect(Object.keys(apps)).toEqual([consumerApp]);
  expect(effectiveSecrets(apps[consumerApp]!)).toEqual({});
});
