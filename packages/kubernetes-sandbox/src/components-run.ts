import { statSync, truncateSync } from "node:fs";
import { componentNames, type Command, type ComponentName } from "./components.ts";
import type { ClusterPaths } from "./folder.ts";
import { logTail } from "./log-tail.ts";
import { livingProcess, startDetached, stopDetached } from "./process.ts";

/** How long each may take to end by itself. etcd last, so that nothing writes to it any more. */
const stopLimitMs: Record<ComponentName, number> = {
  "stand-ins": 3_000,
  "kube-controller-manager": 5_000,
  "kube-apiserver": 8_000,
  etcd: 8_000,
};

const largestLog = 20_000_000;

/** A component that ended while others waited for it. */
export class ComponentFailure extends Error {
  readonly component: ComponentName;
  constructor(component: ComponentName, log: string) {
    super(`${component}: ended while starting. The end of ${log}:\n${logTail(log)}`);
    this.name = "ComponentFailure";
    this.component = component;
  }
}

/** Starts a component unless it runs with this very command. Tells whether it had to be started. */
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

/** Nothing of the user's environment but what programs need to run: no proxies, no kubeconfig, no secrets. */
function componentEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "TMPDIR", "LANG", "TZ", "GOMAXPROCS"];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Throws, with the end of its log, when one of the components no longer runs. */
export function requireLiving(names: readonly ComponentName[], paths: ClusterPaths): void {
  for (const name of names) if (!livingProcess(paths.pid(name))) throw new ComponentFailure(name, paths.log(name));
}

/** Stops components in the order that lets each finish its work. */
export async function stopComponents(names: readonly ComponentName[], paths: ClusterPaths): Promise<void> {
  for (const name of componentNames.toReversed()) {
    if (names.includes(name)) await stopDetached(paths.pid(name), stopLimitMs[name]);
  }
}
