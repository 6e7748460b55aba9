import { randomBytes } from "node:crypto";
import type { ProviderContext, ProviderFactory } from "../../provider.ts";
import { leafDiff } from "../../paths.ts";
import { equal, unknownMarker, type Props } from "../../values.ts";
import { checkInputs, commandRequest } from "./inputs.ts";
import { previewUpdate } from "./preview.ts";
import { runCommand, type CommandResult } from "./run.ts";

const noOutput: CommandResult = { stdout: "", stderr: "" };

function demand(token: string, implemented: string): void {
  if (token !== implemented) throw new Error(`the sandbox does not implement ${token}`);
}

function run(
  command: string,
  inputs: Props,
  context: ProviderContext,
  previous?: Partial<CommandResult>,
): Promise<CommandResult> {
  const request = commandRequest(command, inputs, context.projectDir, previous);
  return runCommand(request, context.signal, (line) => context.info(line));
}

/** Runs real commands on this machine. */
export const commandProvider: ProviderFactory = () => ({
  check(news, _olds, context) {
    demand(context.type, "command:local:Command");
    return Promise.resolve({ inputs: news, failures: checkInputs(news) });
  },
  diff(oldInputs, _oldOutputs, newInputs) {
    // Single triggers replace by the SDK's replaceOnChanges; the list as a whole, here.
    const changes = leafDiff(oldInputs, newInputs).map((change) => ({
      ...change,
      replace: equal(change.path, ["triggers"]),
    }));
    return Promise.resolve({ changes });
  },
  async create(inputs, context) {
    if (context.preview) return { id: "", outputs: { ...inputs, stdout: unknownMarker, stderr: unknownMarker } };
    const output = inputs["create"] === undefined ? noOutput : await run(inputs["create"], inputs, context);
    return { id: context.name + randomBytes(4).toString("hex"), outputs: { ...inputs, ...output } };
  },
  async update(_id, _oldInputs, oldOutputs, newInputs, context) {
    if (context.preview) return previewUpdate(oldOutputs, newInputs);
    const previous = { stdout: oldOutputs["stdout"] ?? "", stderr: oldOutputs["stderr"] ?? "" };
    const command: string | undefined = newInputs["update"] ?? newInputs["create"];
    return { ...newInputs, ...(command === undefined ? previous : await run(command, newInputs, context, previous)) };
  },
  async delete(_id, inputs, outputs, context) {
    if (inputs["delete"] !== undefined) await run(inputs["delete"], inputs, context, outputs);
  },
  async invoke(token, args, context) {
    demand(token, "command:local:run");
    const failures = checkInputs(args);
    if (typeof args["command"] !== "string") failures.push({ property: "command", reason: "is required" });
    if (failures.length > 0)
      throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("; "));
    return { ...args, ...(await run(args["command"], args, context)) };
  },
});
