import { z } from "zod";
import { Flyctl } from "../flyctl.ts";
import { input, lastResult, listInput, secretsInput } from "../inputs.ts";
import { encodeSecrets } from "../secrets-encoding.ts";
import type { Step } from "./step.ts";

const secretsList = z.array(z.object({ name: z.string(), digest: z.string() }));
const resultSchema = z.object({ digests: z.record(z.string(), z.string()) });

/** Digest by name, as Fly shows it to anybody who can read the app: it tells whether a value is still the same. */
async function digestsOf(fly: Flyctl, app: string): Promise<Record<string, string>> {
  const list = secretsList.parse(JSON.parse(await fly.run(["secrets", "list", "--app", app, "--json"])));
  return Object.fromEntries(list.map(({ name, digest }) => [name, digest]));
}

export const secrets: Step = {
  async converge() {
    const app = input("APP");
    const values = await secretsInput();
    const encoded = encodeSecrets(values);
    const names = Object.keys(values).sort();
    const fly = new Flyctl(app, Object.values(values));
    const present = await fly.preflightBeside(() => digestsOf(fly, app));
    await fly.run(["secrets", "import", "--app", app, "--stage"], { stdin: encoded });
    // Those that this step set the last time, and those that must never be a secret. What others set is theirs.
    const before = Object.keys(lastResult(resultSchema)?.digests ?? {});
    const unset = [...new Set([...before, ...listInput("RETIRED_NAMES")])]
      .filter((name) => name in present && !names.includes(name))
      .sort();
    if (unset.length > 0) await fly.run(["secrets", "unset", ...unset, "--app", app, "--stage"]);
    const digests = await digestsOf(fly, app);
    return { digests: Object.fromEntries(names.map((name) => [name, digests[name] ?? ""])), unset };
  },
};
