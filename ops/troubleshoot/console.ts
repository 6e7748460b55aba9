import { flyctlEnvironment } from "../../components/driver/environment.ts";
import { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import { Kubectl } from "../lib/kubernetes/kubectl.ts";
import { choosePod, readPods } from "../lib/kubernetes/pods.ts";
import { inGroup, chooseMachine, readMachines } from "../scale/machines.ts";
import type { Place } from "../lib/stack/place.ts";

const rails = "bundle exec rails console";

/**
 * Rails' sandbox opens its transaction when a connection is checked out, and Chatwoot's boot has checked one out before:
 * without this, what is written stays. irb runs the file before the first line.
 */
const beginTransaction =
  "export IRBRC=$(mktemp) && " +
  'echo "File.delete(__FILE__); ActiveRecord::Base.connection_handler.clear_active_connections!" > $IRBRC';

/** The shell text that becomes a Rails console. */
export function railsConsole(isSandbox: boolean): string {
  return isSandbox ? `${beginTransaction} && exec ${rails} --sandbox` : `exec ${rails}`;
}

/** The command that opens a Rails console. */
export async function consoleWords(place: Place, { repeat, isSandbox }: { repeat: string; isSandbox: boolean }) {
  if (place.target === "kubernetes") {
    const kubectl = new Kubectl(place, repeat);
    const { metadata, spec } = choosePod(place.namespace, await readPods(kubectl), ["web", "worker"]);
    const container = spec.containers[0]?.name ?? "";
    return kubectl.words([
      "exec",
      "--stdin",
      "--tty",
      metadata.name,
      "--container",
      container,
      "--",
      ...(isSandbox ? ["sh", "-c", railsConsole(true)] : rails.split(" ")),
    ]);
  }
  const ask = new AppFlyctl(place.app, repeat);
  await ask.fly.preflight();
  const machines = await readMachines(ask);
  const web = machines.filter(inGroup("web"));
  const id = chooseMachine(place.app, web.some(({ state }) => state === "started") ? web : machines);
  // A session starts in the home folder, and has no terminal for a command without --pty.
  const command = `sh -c 'cd /app && ${railsConsole(isSandbox)}'`;
  return ["flyctl", "ssh", "console", "--app", place.app, "--machine", id, "--pty", "--command", command];
}

/** Quotes a command for a shell. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}

/** The console's environment: flyctl gets only what it needs; kubectl may sign in by a program that needs more. */
export function consoleEnvironment(program: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return program === "flyctl" ? flyctlEnvironment(env) : env;
}
