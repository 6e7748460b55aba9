import { z } from "zod";
import { StepProblem } from "../../../lib/problem.ts";
import { decryptSecrets } from "./secrets.ts";
import { parseDeployment } from "./deployment.ts";
import { askPulumi, stateFileText } from "./source.ts";

/** The outputs that commands read (stacks/outputs.ts). Other outputs pass unchecked. */
const outputs = z.looseObject({
  target: z.enum(["fly", "kubernetes"]),
  url: z.string(),
  account: z.string(),
  accountId: z.number().nullish(),
  admin: z.object({ email: z.string(), password: z.string() }),
  apiToken: z.string(),
  webhookSecret: z.string(),
  databaseUrl: z.string(),
  postgres: z
    .object({
      host: z.string(),
      port: z.number(),
      username: z.string(),
      password: z.string(),
      database: z.string(),
      sslMode: z.string(),
    })
    .optional(),
  redisUrl: z.string(),
  support: z
    .looseObject({
      webhookUrl: z.string(),
      events: z.array(z.string()),
      agentUrl: z.string().nullish(),
      webhookEnabled: z.boolean().default(true),
    })
    .nullish()
    .transform((value) => value ?? undefined),
});

/** Outputs with decrypted secrets: never print, log or save them. */
export type OpenOutputs = z.output<typeof outputs>;

/** Reads the outputs from the file `CHATWOOT_STATE_FILE` if set, otherwise from Pulumi. */
export async function loadOutputs(stack: string): Promise<OpenOutputs> {
  const file = process.env["CHATWOOT_STATE_FILE"];
  const found = file ? await fromFile(file, stack) : await fromPulumi(stack);
  const result = outputs.safeParse(found);
  if (result.success) return result.data;
  const missing = [...new Set(result.error.issues.map(({ path }) => path.join(".")))].join(", ");
  throw new StepProblem(
    `stack ${stack}`,
    `outputs are missing: ${missing}. This version has not completed a deployment`,
    `Run \`pulumi up --stack ${stack}\``,
  );
}

async function fromFile(file: string, stack: string): Promise<unknown> {
  const text = await stateFileText(file, stack);
  const root = parseDeployment(text, file).find(({ type }) => type === "pulumi:pulumi:Stack");
  return decryptSecrets(root?.outputs ?? {}, text);
}

async function fromPulumi(stack: string): Promise<unknown> {
  return JSON.parse(
    await askPulumi(["stack", "output", "--json", "--show-secrets", "--stack", stack, "--non-interactive"]),
  );
}
