import { statSync, truncateSync } from "node:fs";
import { componentNames, type Command, type ComponentName } from "./components.ts";
import type { ClusterPaths } from "./folder.ts";
import { logTail } from "./log-tail.ts";
import { livingProcess, startDetached, stopDetached } from "./process.ts";

/** Time limits for a clean exit. etcd stops last, when nothing writes to it any more. */
const stopLimitMs: Record<ComponentName, number> = {
  "stand-ins": 3_000,
  "kube-controller-manager": 5_000,
  "kube-apiserver": 8_000,
  etcd: 8_000,
};

const largestLog = 20_000_000;

/** A component exited while others were waiting for it. */
export class ComponentFailure extends Error {
  readonly component: ComponentName;
  constructor(component: ComponentName, log: string) {
    super(`${component}: exited during the start. End of ${log}:\n${logTail(log)}`);
    this.name = "ComponentFailure";
    this.component = component;
  }
}

/** Starts a component unless it already runs with the same command. Returns whether it was started. */
export async function ensureComponent(name: ComponentName, command: Command, paths: ClusterPaths): Promise<boolean> {
  const pidFile = paths.pid(name);
  const living = livingProcess(pidFile);
  if (living && JSON.stringify(living.command) === JSON.stringify(command)) return false;
  if (living) await stopDetached(pidFile, stopLimitMs[name]);
  const log = paths.log(name);
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > largestLog) truncateSync(log);
  await startDetached({ command, pidFile, log, cwd: paths.dir, env: componentEnvironment(process.env) });
  return true;
}

/** The minimal environment for the programs: no proxies, kubeconfig or secrets of the user. */
function componentEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "TMPDIR", "LANG", "TZ", "GOMAXPROCS"];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Throws, with the end of its log, if a component has exited. */
export function requireLiving(names: readonly ComponentName[], paths: ClusterPaths): void {
  for (const name of names) if (!livingProcess(paths.pid(name))) throw new ComponentFailure(name, paths.log(name));
}

/** Stops components in an order in which each can finish its work. */
export async function stopComponents(names: readonly ComponentName[], paths: ClusterPaths): Promise<void> {
  for (const name of componentNames.toReversed()) {
    if (names.includes(name)) await stopDetached(paths.pid(name), stopLimitMs[name]);
  }
}
