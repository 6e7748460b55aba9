/** The command of a step, as stored in the state of a stack. */
export interface StepCommand {
  interpreter: string[];
  create: string;
  delete: string;
}

/**
 * The command of a step. Node resolves the package from the project's folder, so the command is the same on every
 * machine, in this repository and with the installed package. Pulumi starts Node without a shell: with the quoting for
 * `cmd /C`, Node would evaluate a string literal, do nothing and succeed.
 */
export function stepCommand(step: string): StepCommand {
  return { interpreter: ["node", "-e", "import('chatwoot-pulumi/step')"], create: step, delete: `${step} --delete` };
}

/** Commands in the states of earlier versions, before the package had an entry for its steps. */
const oldCommand = /^node components\/(?:fly|support)\/driver\/main\.ts ([a-z]+)/;

/** The step that a command's inputs start; undefined for a command that is not a step. */
export function stepOfCommand(inputs: Readonly<Record<string, unknown>>): string | undefined {
  const { create, interpreter } = inputs;
  if (typeof create !== "string") return undefined;
  const isStep = JSON.stringify(interpreter) === JSON.stringify(stepCommand(create).interpreter);
  return isStep ? create : oldCommand.exec(create)?.[1];
}
