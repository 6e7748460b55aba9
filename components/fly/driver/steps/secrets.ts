import { z } from "zod";
import { Flyctl } from "../flyctl.ts";
import { input, listInput, secretsInput } from "../inputs.ts";
import { encodeSecrets } from "../secrets-encoding.ts";
import type { Step } from "./step.ts";

const secretsList = z.array(z.object({ name: z.string() }));

export const secrets: Step = {
  async converge() {
    const app = input("APP");
    const values = await secretsInput();
    const encoded = encodeSecrets(values);
    const fly = new Flyctl(app, Object.values(values));
    const list = await fly.preflightBeside(() => fly.run(["secrets", "list", "--app", app, "--json"]));
    const present = secretsList.parse(JSON.parse(list));
    await fly.run(["secrets", "import", "--app", app, "--stage"], { stdin: encoded });
    const retired = listInput("RETIRED_NAMES").filter((name) => present.some((secret) => secret.name === name));
    if (retired.length > 0) await fly.run(["secrets", "unset", ...retired, "--app", app, "--stage"]);
    return { staged: Object.keys(values).sort(), unset: retired };
  },
};
