import { Questions } from "../lib/fly/questions.ts";
import { Kubectl } from "../lib/kubernetes/kubectl.ts";
import { podToAsk, readPods } from "../lib/kubernetes/pods.ts";
import { inGroup, machineToAsk, readMachines } from "../scale/machines.ts";
import type { Place } from "../lib/stack/place.ts";

/** The words that open a Rails console, as a person types them at a terminal. */
export async function consoleWords(place: Place, { repeat, isSandbox }: { repeat: string; isSandbox: boolean }) {
  const rails = ["bundle", "exec", "rails", "console", ...(isSandbox ? ["--sandbox"] : [])];
  if (place.target === "kubernetes") {
    const kubectl = new Kubectl(place, repeat);
    const { metadata, spec } = podToAsk(place.namespace, await readPods(kubectl), ["web", "worker"]);
    const container = spec.containers[0]?.name ?? "";
    return kubectl.words(["exec", "--stdin", "--tty", metadata.name, "--container", container, "--", ...rails]);
  }
  const ask = new Questions(place.app, repeat);
  await ask.fly.preflight();
  const machines = await readMachines(ask);
  const web = machines.filter(inGroup("web"));
  const id = machineToAsk(place.app, web.some(({ state }) => state === "started") ? web : machines);
  // A session begins in the home folder, and gets a terminal only when asked where it runs a command.
  const command = `sh -c 'cd /app && exec ${rails.join(" ")}'`;
  return ["flyctl", "ssh", "console", "--app", place.app, "--machine", id, "--pty", "--command", command];
}

/** A command as a shell reads it back. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}
