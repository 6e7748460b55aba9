import { stepOfCommand } from "../../../components/driver/command.ts";
import type { Props, Provider, ProviderFactory } from "pulumi-embedded-engine";
import { commandProvider } from "pulumi-embedded-engine/providers";

/** The output of steps that call the public internet: an agent service, Chatwoot, a database, GitHub. */
const answers: Readonly<Record<string, (environment: Record<string, string>) => unknown>> = {
  agent: () => ({ version: "1.4.2" }),
  account: () => ({ accountId: 7 }),
  facts: ({ STEP_MIGRATIONS = "" }) => ({ ran: STEP_MIGRATIONS.split("\n"), rebuilt: [], drift: [] }),
  github: ({ STEP_SECRET_NAMES = "" }) => ({ names: STEP_SECRET_NAMES.split("\n"), removed: [] }),
};

const stepOf = (inputs: Props): string => stepOfCommand(inputs) ?? "";

/** Real commands, except for steps that call the public internet: these are answered here. */
export const commandsWithoutInternet: ProviderFactory = (...args): Provider => {
  const real = commandProvider(...args);
  const answered = (inputs: Props): Props | undefined => {
    const answer = answers[stepOf(inputs)];
    return answer && { ...inputs, stdout: JSON.stringify(answer(inputs["environment"])), stderr: "" };
  };
  return {
    ...real,
    async create(inputs, context) {
      const outputs = context.preview ? undefined : answered(inputs);
      return outputs === undefined ? real.create(inputs, context) : { id: context.name, outputs };
    },
    async update(id, before, outputs, inputs, context) {
      const now = context.preview ? undefined : answered(inputs);
      return now ?? real.update!(id, before, outputs, inputs, context);
    },
    async delete(id, inputs, outputs, context) {
      if (!(stepOf(inputs) in answers)) await real.delete!(id, inputs, outputs, context);
    },
  };
};

/** Commands that are compared and not run: a step prints its earlier output. Deletions are recorded. */
export function keptCommands(deleted: string[]): ProviderFactory {
  return (...args): Provider => {
    const real = commandProvider(...args);
    const printing = (inputs: Props, stdout: unknown): Props => ({ ...inputs, stdout, stderr: "" });
    return {
      ...real,
      create: (inputs, { name }) => Promise.resolve({ id: name, outputs: printing(inputs, "{}") }),
      update(id, before, outputs, inputs, context) {
        if (context.preview) return real.update!(id, before, outputs, inputs, context);
        return Promise.resolve(printing(inputs, outputs["stdout"]));
      },
      delete(_id, inputs) {
        const { interpreter = ["/bin/sh", "-c"], delete: command } = inputs;
        if (command !== undefined) deleted.push([...interpreter, command].join(" "));
        return Promise.resolve();
      },
    };
  };
}
