import { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import { Kubectl } from "../lib/kubernetes/kubectl.ts";
import { choosePod, readPods } from "../lib/kubernetes/pods.ts";
import { inGroup, chooseMachine, readMachines } from "../scale/machines.ts";
import type { Place } from "../lib/stack/place.ts";

/** The command that opens a Rails console. */
export async function consoleWords(place: Place, { repeat, isSandbox }: { repeat: string; isSandbox: boolean }) {
  const rails = ["bundle", "exec", "rails", "console", ...(isSandbox ? ["--sandbox"] : [])];
  if (place.target === "kubernetes") {
    const kubectl = new Kubectl(place, repeat);
    const { metadata, spec } = choosePod(place.namespace, await readPods(kubectl), ["web", "worker"]);
    const container = spec.containers[0]?.name ?? "";
    return kubectl.words(["exec", "--stdin", "--tty", metadata.name, "--container", container, "--", ...rails]);
  }
  const ask = new AppFlyctl(place.app, repeat);
  await ask.fly.preflight();
  const machines = await readMachines(ask);
  const web = machines.filter(inGroup("web"));
  const id = chooseMachine(place.app, web.some(({ state }) => state === "started") ? web : machines);
  // A session starts in the home folder, and has no terminal for a command without --pty.
  const command = `sh -c 'cd /app && exec ${rails.join(" ")}'`;
  return ["flyctl", "ssh", "console", "--app", place.app, "--machine", id, "--pty", "--command", command];
}

/** Quotes a command for a shell. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}
