import { z } from "zod";
import { input, lastResult, listInput, secretsInput } from "../inputs.ts";
import { GithubEnvironment } from "../gh.ts";
import type { Step } from "./step.ts";

const resultSchema = z.object({ names: z.array(z.string()) });

function environmentOf(secrets: readonly string[], without: (stack: string) => string): GithubEnvironment {
  const [repository, environment, stack] = [input("REPOSITORY"), input("ENVIRONMENT"), input("STACK")];
  const repeat = `pulumi up --stack ${stack}`;
  return new GithubEnvironment(repository, environment, secrets, { repeat, without: without(stack) });
}

/** For a removal: the environment keeps its secrets. */
const forget = (stack: string): string =>
  "delete the secrets in the repository's settings and have Pulumi forget the step: `pulumi state delete`, with its URN " +
  `from \`pulumi stack --show-urns --stack ${stack}\``;

/** Secrets of a GitHub environment. Deletes only names that this step has set. */
export const github: Step = {
  async converge() {
    const values = await secretsInput();
    const names = Object.keys(values).sort();
    const environment = environmentOf(Object.values(values), () => "remove chatwoot:support.handover.github");
    await environment.preflight();
    const present = await environment.names();
    for (const name of names) await environment.set(name, values[name] as string);
    const before = lastResult(resultSchema)?.names ?? [];
    const removed = before.filter((name) => !names.includes(name) && present.includes(name)).sort();
    for (const name of removed) await environment.delete(name);
    return { names, removed };
  },

  async remove() {
    const environment = environmentOf([], forget);
    await environment.preflight();
    const present = await environment.names();
    for (const name of listInput("SECRET_NAMES")) if (present.includes(name)) await environment.delete(name);
  },
};
