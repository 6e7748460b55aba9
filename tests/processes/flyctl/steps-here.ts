import { Readable } from "node:stream";
import type { Props, ProviderFactory } from "pulumi-embedded-engine";
import { commandProvider } from "pulumi-embedded-engine/providers";

/** The resources of a partial run (`pulumi up --target`). */
export type Target = "app-secrets-staged" | "deployment-release";

export interface StepsHere {
  /** Default: every resource. */
  target?: Target | undefined;
  /** The run is lost after this step and before its result is in the state. */
  lostAfter?: string | undefined;
}

/** Runs the driver's steps in this process, one at a time. A step that is not a target keeps its state. */
export function stepsHere({ target, lostAfter }: StepsHere = {}): ProviderFactory {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (inputs: Props, previous = "", what: "converge" | "remove" = "converge"): Promise<string> => {
    const run = last.then(() => runStep(inputs, previous, what));
    last = run.catch(() => undefined);
    return run;
  };
  return (...args) => {
    const real = commandProvider(...args);
    const done = async (name: string, inputs: Props, previous?: string): Promise<Props> => {
      const stdout = await inTurn(inputs, previous);
      if (name === lostAfter) throw new Error("the run was killed");
      return { ...inputs, stdout, stderr: "" };
    };
    return {
      ...real,
      check: (news, olds) =>
        Promise.resolve({ inputs: target === undefined || news["create"] === stepOf(target) ? news : (olds ?? news) }),
      async create(inputs, context) {
        if (context.preview) return real.create(inputs, context);
        return { id: context.name, outputs: await done(context.name, inputs) };
      },
      update: (id, before, outputs, inputs, context) =>
        context.preview
          ? real.update!(id, before, outputs, inputs, context)
          : done(context.name, inputs, outputs["stdout"] as string),
      async delete(_id, inputs, _outputs, context) {
        if (!context.preview && inputs["delete"] !== undefined) await inTurn(inputs, "", "remove");
      },
      invoke: async (_token, inputs) => ({ ...inputs, stdout: await inTurn({ ...inputs, create: inputs["command"] }) }),
    };
  };
}

const stepOf = (target: Target): string => (target === "app-secrets-staged" ? "secrets" : "deployment");

async function runStep(inputs: Props, previous: string, what: "converge" | "remove"): Promise<string> {
  const { steps } = await import("../../../components/driver/steps/all.ts");
  const { plainRun } = await import("../../../components/driver/run.ts");
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin")!;
  const given = { ...(inputs["environment"] as Record<string, string>), PULUMI_COMMAND_STDOUT: previous };
  Object.assign(process.env, given);
  const input = Readable.from([Buffer.from((inputs["stdin"] as string | undefined) ?? "")]);
  Object.defineProperty(process, "stdin", { value: input, configurable: true });
  try {
    return JSON.stringify(await steps[inputs["create"] as keyof typeof steps][what]?.(plainRun()));
  } finally {
    for (const name of Object.keys(given)) delete process.env[name];
    Object.defineProperty(process, "stdin", stdin);
  }
}
