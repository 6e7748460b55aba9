/*
 * A strict stand-in for `kubectl`: it rejects an unknown command, flag, context, namespace or pod as kubectl does.
 * KUBECTL_SANDBOX is the folder of its state and of its recorded calls.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { commandFlags, globalFlags, type KubectlCommand } from "./flags.ts";
import type { KubectlState, Answer } from "./state.ts";

const folder = process.env["KUBECTL_SANDBOX"] as string;
const argv = process.argv.slice(2);
const state = JSON.parse(readFileSync(join(folder, "state.json"), "utf8")) as KubectlState;
appendFileSync(join(folder, "calls.jsonl"), `${JSON.stringify(argv)}\n`);

class KubectlError extends Error {}

function parse() {
  const split = argv.indexOf("--");
  const [ours, command] = split === -1 ? [argv, []] : [argv.slice(0, split), argv.slice(split + 1)];
  const verb = ours.find((word) => word in commandFlags) as KubectlCommand | undefined;
  if (verb === undefined) throw new KubectlError(`error: unknown command "${ours.join(" ")}" for "kubectl"`);
  const types = { ...globalFlags, ...commandFlags[verb] } as Record<string, "string" | "boolean">;
  const options = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }]));
  try {
    const { values, positionals } = parseArgs({ args: ours, options, allowPositionals: true });
    return { verb, flags: values, operands: positionals.slice(1), command };
  } catch (error) {
    throw new KubectlError(`error: unknown flag: ${(error as Error).message}`);
  }
}

function run(): Answer {
  const { verb, flags, operands, command } = parse();
  if (flags["context"] !== undefined && flags["context"] !== state.context)
    throw new KubectlError(`error: context "${String(flags["context"])}" does not exist`);
  if (state.down !== undefined) throw new KubectlError(state.down);
  const isOurs = flags["namespace"] === state.namespace;
  const pods = isOurs ? state.pods : [];
  if (verb === "get") return get(operands[0], flags, pods, isOurs);
  const pod = pods.find(({ metadata }) => metadata.name === operands[0]);
  if (pod === undefined) throw new KubectlError(`Error from server (NotFound): pods "${operands[0]}" not found`);
  if (verb === "logs") return state.logs[pod.metadata.name] ?? {};
  if (!pod.spec.containers.some(({ name }) => name === flags["container"]))
    throw new KubectlError(`Error from server (BadRequest): container ${String(flags["container"])} is not valid`);
  const program = command.at(-1) ?? "";
  const text = Buffer.from(/%q\(([\w+/=]+)\)/.exec(program)?.[1] ?? "", "base64").toString();
  return state.exec.find(({ match }) => `${command.join(" ")}\n${text}`.includes(match)) ?? {};
}

function get(kind: string | undefined, flags: Record<string, unknown>, pods: KubectlState["pods"], isOurs: boolean) {
  if (flags["output"] !== "json") throw new KubectlError("error: only --output json is known here");
  if (kind === "replicasets") return { stdout: JSON.stringify({ items: isOurs ? state.replicasets : [] }) };
  if (kind !== "pods") throw new KubectlError(`error: the server doesn't have a resource type "${kind}"`);
  const { selector: given = "" } = flags as { selector?: string };
  const selector = given.split(",").filter(Boolean);
  const wanted = selector.map((pair) => pair.split("="));
  const items = pods.filter(({ metadata }) => wanted.every(([key = "", value]) => metadata.labels[key] === value));
  return { stdout: JSON.stringify({ items }) };
}

try {
  const { stdout = "", stderr = "", exitCode = 0 } = run();
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
} catch (error) {
  if (!(error instanceof KubectlError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
