import { rm } from "node:fs/promises";
import { execa } from "execa";
import { readCalls } from "flyctl-stand-in";
import { memoryState } from "pulumi-embedded-engine";
import { longestChain } from "../longest-chain.ts";
import { pairRow, type Row } from "../row.ts";
import { succeed } from "../sandbox.ts";
import { summarize } from "../statistics.ts";
import { flyTasks } from "./fly-calls.ts";
import type { Context } from "./previews.ts";

const delayMs = 1000;

/** `up` of a new staging, with one second added to every flyctl call, against the longest chain of its calls. */
export async function measureFlyChain({ sandbox, runs }: Context): Promise<Row[]> {
  const { folders } = sandbox;
  const up = async (delay: number): Promise<{ ms: number; chainMs: number; rounds: number }> => {
    await Promise.all([folders.fly, folders.flyConfig].map((path) => rm(path, { recursive: true, force: true })));
    const stack = await sandbox.stack("staging");
    const startMs = await startOfCall(folders.fly);
    await rm(`${folders.fly}/calls.jsonl`, { force: true });
    process.env["FLYCTL_SANDBOX_DELAY_MS"] = String(delay);
    try {
      const engine = await sandbox.engine(stack, { state: memoryState() });
      const begun = performance.now();
      await succeed("up of a new staging", engine.up());
      const ms = performance.now() - begun;
      const tasks = flyTasks(readCalls(folders.fly), startMs);
      const rounds = longestChain(tasks.map((task) => ({ ...task, durationMs: 1 })));
      return { ms, chainMs: longestChain(tasks), rounds };
    } finally {
      delete process.env["FLYCTL_SANDBOX_DELAY_MS"];
    }
  };
  await up(0);
  const slow: number[] = [];
  const chain: number[] = [];
  const added: number[] = [];
  const addedToChain: number[] = [];
  for (let run = 0; run < runs; run++) {
    const undelayed = await up(0);
    const delayed = await up(delayMs);
    slow.push(delayed.ms);
    chain.push(delayed.chainMs);
    added.push(delayed.ms - undelayed.ms);
    addedToChain.push(delayed.rounds * delayMs);
  }
  return [
    pairRow({
      measure: "staging: up, 1 s a call / longest chain of calls",
      goal: 1.15,
      names: ["up", "chain"],
      subject: slow,
      base: chain,
    }),
    pairRow({
      measure: "staging: seconds that up gains / chain gains",
      goal: 1.15,
      names: ["up gains", "chain gains"],
      subject: added,
      base: addedToChain,
    }),
  ];
}

/** The time to start a call's process, which is not in the call's own log. */
async function startOfCall(folder: string): Promise<number> {
  const starts: number[] = [];
  for (let run = 0; run < 3; run++) {
    const begun = performance.now();
    await execa("flyctl", ["version"]);
    const ms = performance.now() - begun;
    starts.push(ms - (readCalls(folder).at(-1)?.durationMs ?? 0));
  }
  return summarize(starts).median;
}
