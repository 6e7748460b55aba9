import { Option, type Command } from "commander";
import picocolors from "picocolors";
import { StepProblem } from "../../lib/problem.ts";
import { interruptSignal } from "../health/repeat.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { Kubectl } from "../lib/kubernetes/kubectl.ts";
import { placeToWatch } from "../watch/place.ts";
import { formatLast } from "../watch/report.ts";
import { Watch } from "../watch/watch.ts";
import { durationMs } from "./duration.ts";

interface Options {
  stack: string;
  once: boolean;
  for?: number;
}

export function addWatch(program: Command): void {
  program
    .command("watch")
    .description("Kubernetes: name what keeps pods, claims, Jobs and the database from running")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--once", "look once instead of until Ctrl-C", false)
    .addOption(new Option("--for <duration>", "end after 90s, 15m, 2h").argParser(durationMs))
    .addHelpText(
      "after",
      [
        "",
        "Prints each cause with its event as soon as it is certain, and again as the last line. Changes nothing.",
        "Exit codes: 0 none, 2 a cause remains, 1 the cluster could not be read.",
      ].join("\n"),
    )
    .action(watch);
}

async function watch({ stack, once, for: forMs }: Options): Promise<void> {
  const place = await placeToWatch(stack);
  if (place === undefined)
    throw new StepProblem(`stack ${stack}`, "is not on Kubernetes", `Run \`npm run ops -- health --stack ${stack}\``);
  const repeat = `npm run ops -- watch --stack ${stack}`;
  const colour = picocolors.isColorSupported && process.stdout.isTTY === true;
  const watching = new Watch({
    kubectl: new Kubectl(place, repeat),
    print: (text) => console.log(text),
    colour,
    since: once ? 0 : Date.now(),
  });
  if (!once) console.error(`${stack}: watching namespace ${place.namespace}; Ctrl-C ends it`);
  await watching.look();
  if (!once) {
    const stopped = interruptSignal();
    await watching.follow(forMs === undefined ? stopped : AbortSignal.any([stopped, AbortSignal.timeout(forMs)]));
  }
  const [first, ...more] = watching.current;
  console.log(first === undefined ? "Watch OK: no cause found" : `Watch FAILED: ${formatLast(first, more.length)}`);
  process.exitCode = first === undefined ? exitCodes.ok : exitCodes.attention;
}
