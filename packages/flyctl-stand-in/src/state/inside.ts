import { readInside } from "../../../../sandbox/inside/place.ts";
import { startInside, type InsideCommand, type Started } from "../../../../sandbox/inside/run.ts";
import type { Call } from "../cli/call.ts";
import { describeStart } from "./journal.ts";
import type { App } from "./types.ts";

interface OnMachine extends Pick<InsideCommand, "words" | "stdio"> {
  app: App;
  id: string;
}

/** Starts a program with the environment of a machine. Undefined where the sandbox has no servers for it at the moment. */
export function startOnMachine(call: Call, { app, id, words, stdio }: OnMachine): Started | undefined {
  const inside = readInside(call.store.path("inside.json"));
  const machine = app.machines.find((each) => each.id === id);
  if (inside === undefined || machine === undefined) return undefined;
  const { env } = describeStart(call.number, app, machine, "process");
  return startInside({ words, environment: env, inside, stdio });
}
