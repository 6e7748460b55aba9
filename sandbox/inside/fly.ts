import { join } from "node:path";
import { Store, type Machine } from "flyctl-stand-in";
import type { Deployed } from "./servers.ts";

type Running = Pick<Deployed, "file" | "keepsProgram" | "isUp" | "workers">;

/** The servers and workers on the sandbox's Fly. */
export function runningOnFly(folder: string): Running {
  const { apps, redis } = new Store(folder).read();
  const started = (machines: readonly Machine[]): Machine[] => machines.filter(({ state }) => state === "started");
  const workers = Object.values(apps)
    .flatMap(({ machines }) => started(machines))
    .filter(({ config }) => config.metadata["fly_process_group"]?.startsWith("worker") === true);
  return {
    file: join(folder, "inside.json"),
    // Without it, `machine exec` succeeds and prints nothing.
    keepsProgram: false,
    isUp(host) {
      const app = /^(?:.+\.)?([^.]+)\.(?:internal|flycast)$/.exec(host)?.[1];
      if (app !== undefined) return started(apps[app]?.machines ?? []).length > 0;
      if (!host.endsWith(".upstash.io")) return true;
      return Object.values(redis).some(({ url }) => new URL(url).hostname === host);
    },
    workers: workers.map(({ id }) => `${id}:1:sandbox`),
  };
}
