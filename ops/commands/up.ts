import { Option, type Command } from "commander";
import picocolors from "picocolors";
import { exitCodes } from "../lib/exit-codes.ts";
import { Kubectl } from "../lib/kubernetes/kubectl.ts";
import { placeToWatch } from "../watch/place.ts";
import type { Cause } from "../watch/cause.ts";
import { refusedObjects } from "../watch/refused-objects.ts";
import { formatLast, show } from "../watch/report.ts";
import { runWatched } from "../watch/run.ts";
import { Watch } from "../watch/watch.ts";
import { durationMs } from "./duration.ts";

interface Options {
  stack: string;
  yes: boolean;
  limit: number;
  grace: number;
}

export function addUp(program: Command): void {
  program
    .command("up")
    .description("preview, and with --yes run `pulumi up` and end with the cause of a failure")
    .argument("[pulumi...]", "after --: more words for pulumi, such as --diff or --policy-pack policy")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--yes", "deploy", false)
    .addOption(
      new Option("--limit <duration>", "interrupt pulumi after 90s, 15m, 2h")
        .argParser(durationMs)
        .default(60 * 60_000, "60m"),
    )
    .addOption(
      new Option("--grace <duration>", "kill pulumi this long after the limit")
        .argParser(durationMs)
        .default(10 * 60_000, "10m"),
    )
    .addHelpText(
      "after",
      [
        "",
        "On Kubernetes it reads the namespace beside pulumi, and names what keeps pods from running.",
        "Ctrl-C interrupts pulumi, which finishes what it has started; a second one ends it at once.",
        "Exit codes: 0 deployed, 2 only previewed or deployed with a cause above, 1 failed.",
      ].join("\n"),
    )
    .action(up);
}

const exitEarly = (): never => process.exit(exitCodes.failed);

async function up(more: readonly string[], { stack, yes, limit, grace }: Options): Promise<void> {
  const isTerminal = process.stdout.isTTY === true;
  const words = ["--stack", stack, "--non-interactive", ...(isTerminal ? ["--color", "always"] : []), ...more];
  const print = (text: string): void => console.log(text);
  const refused = refusedObjects();
  const options = { limitMs: limit, graceMs: grace, print, read: refused.read };
  const again = `npm run ops -- up --stack ${stack}`;
  if (!yes) {
    const { failure } = await runWatched(["preview", ...words], options);
    const cause = failure === undefined ? undefined : await lastOf(refused.causes(), stack, again);
    console.log(
      failure === undefined
        ? `Nothing was changed. To deploy: \`${again} --yes\``
        : `Preview FAILED: pulumi preview ${failure}. Nothing was changed; fix the error above and run \`${again}\` again.`,
    );
    if (cause !== undefined) console.log(`Preview FAILED: ${cause}`);
    process.exitCode = failure === undefined ? exitCodes.attention : exitCodes.failed;
    return;
  }
  // A shell starts programs in its background without this signal.
  process.once("SIGINT", exitEarly);
  const place = await placeToWatch(stack);
  process.off("SIGINT", exitEarly);
  const watching =
    place &&
    new Watch({
      kubectl: new Kubectl(place, again),
      print,
      colour: picocolors.isColorSupported && isTerminal,
      since: Date.now(),
    });
  const ended = new AbortController();
  const followed = watching?.follow(ended.signal);
  const { failure, leftOut } = await runWatched(["up", "--yes", ...words], options);
  ended.abort();
  await followed;
  await watching?.tryLook();
  if (leftOut > 0) print(`${leftOut} lines that follow from the failure were left out.`);
  const [first, ...others] = watching?.current ?? [];
  const seen = first && formatLast(first, others.length);
  const cause = (failure && (await lastOf(refused.causes(), stack, again))) ?? seen;
  process.exitCode = failure === undefined ? (cause ? exitCodes.attention : exitCodes.ok) : exitCodes.failed;
  if (failure === undefined) return print(cause ? `Deployment INCOMPLETE: ${cause}` : "Deployment OK");
  const next = place === undefined ? again : `npm run ops -- watch --stack ${stack} --once`;
  print(`pulumi up ${failure}.`);
  print(`Deployment FAILED: ${cause ?? `the error is above. Next: \`${next}\``}`);
}

/** The last line for objects that the API server refused to Pulumi itself; they come before anything in the cluster. */
async function lastOf(causes: readonly Cause[], stack: string, again: string): Promise<string | undefined> {
  const [first, ...others] = causes;
  if (first === undefined) return undefined;
  const place = await placeToWatch(stack);
  return (
    place &&
    formatLast(
      show(first, (args) => new Kubectl(place, again).words(args)),
      others.length,
    )
  );
}
