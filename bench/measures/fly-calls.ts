import type { CallRecord } from "flyctl-stand-in";
import type { Task } from "../longest-chain.ts";

/**
 * The flyctl calls of a first `up`, by step, in rounds. Calls in one round do not depend on each other. The release
 * needs the secrets, which need the app and the address of the database; the counts need the release.
 */
const steps: Record<string, { after: string[]; rounds: string[][] }> = {
  // Made by the app's step or by that of Redis, in parallel with its first round.
  preflight: { after: [], rounds: [["version", "auth whoami"]] },
  app: { after: [], rounds: [["status", "apps list"], ["apps create"]] },
  redis: {
    after: [],
    rounds: [["redis status", "redis list"], ["redis create"], ["redis status", "redis list"]],
  },
  addresses: {
    after: ["app"],
    rounds: [["ips list"], ["ips allocate-v6"], ["ips allocate-v4"], ["ips list"]],
  },
  secrets: {
    after: ["app", "redis"],
    rounds: [["secrets list"], ["secrets import"], ["secrets list"]],
  },
  deployment: {
    after: ["secrets", "addresses"],
    rounds: [["config validate"], ["machine list"], ["secrets sync"], ["deploy"], ["machine list"], ["checks list"]],
  },
  scale: { after: ["deployment"], rounds: [["machine list"], ["scale count"], ["machine list"]] },
};

/** Places each call in the graph. `startMs` is the time to start a process, which the call's log does not include. */
export function flyTasks(calls: readonly CallRecord[], startMs: number): Task[] {
  const left = [...calls].sort((a, b) => a.time.localeCompare(b.time) || a.seq - b.seq);
  const take = (step: string, words: string): CallRecord => {
    const isOf = ({ env }: CallRecord): boolean =>
      step === "preflight" || /[\\/]redis-[^\\/]*$/.test(env.FLY_CONFIG_DIR ?? "") === (step === "redis");
    const index = left.findIndex((call) => call.argv.join(" ").startsWith(words) && isOf(call));
    if (index < 0) throw new Error(`bench: the step ${step} did not call \`flyctl ${words}\`. Correct fly-calls.ts.`);
    return left.splice(index, 1)[0] as CallRecord;
  };
  const lastRound = (step: string): string[] => {
    const { rounds } = steps[step] as { rounds: string[][] };
    return (rounds.at(-1) as string[]).map((words) => `${step} ${rounds.length - 1} ${words}`);
  };
  const tasks = Object.entries(steps).flatMap(([step, { after, rounds }]) =>
    rounds.flatMap((round, index) =>
      round.map((words) => ({
        id: `${step} ${index} ${words}`,
        durationMs: take(step, words).durationMs + startMs,
        after:
          index === 0
            ? after.flatMap(lastRound)
            : [
                ...(rounds[index - 1] as string[]).map((before) => `${step} ${index - 1} ${before}`),
                ...(after.length === 0 ? lastRound("preflight") : []),
              ],
      })),
    ),
  );
  const unknown = left[0];
  if (unknown) throw new Error(`bench: unexpected call \`flyctl ${unknown.argv.join(" ")}\`. Add it to fly-calls.ts.`);
  return tasks;
}
