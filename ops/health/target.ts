import { z } from "zod";
import { StepProblem } from "../../lib/problem.ts";
import { loadOutputs } from "../lib/stack/outputs.ts";

/** What health and smoke are asked of. */
export interface Target {
  /** What it is called in what is printed. */
  title: string;
  /** The stack; undefined where the environment said it all. */
  stack: string | undefined;
  /** Public address, without a slash at its end. */
  baseUrl: string;
  apiToken: string | undefined;
  account: { id?: number; name?: string };
  adminEmail: string | undefined;
  /** The support pipeline's webhook. */
  webhook: { url: string; events: readonly string[] | undefined; enabled: boolean } | undefined;
  webhookSecret: string | undefined;
  agentUrl: string | undefined;
}

/** From the stack's outputs. */
export async function stackTarget(stack: string): Promise<Target> {
  const { url, apiToken, account, admin, support, webhookSecret } = await loadOutputs(stack);
  return {
    title: stack,
    stack,
    baseUrl: url,
    apiToken,
    account: { name: account },
    adminEmail: admin.email,
    webhook: support && { url: support.webhookUrl, events: support.events, enabled: support.webhookEnabled },
    webhookSecret,
    agentUrl: support?.agentUrl ?? undefined,
  };
}

const address = z
  .url({ protocol: /^https?$/ })
  .transform((url) => url.replace(/\/+$/, ""))
  .optional();
const filled = z
  .string()
  .trim()
  .optional()
  .transform((text) => (text === "" ? undefined : text));
const variables = z.object({
  CHATWOOT_BASE_URL: filled.pipe(address),
  CHATWOOT_API_KEY: filled,
  CHATWOOT_ACCOUNT_ID: filled.pipe(
    z
      .string()
      .regex(/^[1-9]\d{0,9}$/)
      .transform(Number)
      .optional(),
  ),
  CHATWOOT_WEBHOOK_URL: filled.pipe(address),
  CHATWOOT_WEBHOOK_SECRET: filled,
  AGENT_SDK_URL: filled.pipe(address),
});

/** From the variables that a consumer of Chatwoot has anyway; an address that was typed comes first. */
export function environmentTarget(environment: NodeJS.ProcessEnv = process.env, baseUrl?: string): Target {
  const result = variables.safeParse({
    ...environment,
    ...(baseUrl === undefined ? {} : { CHATWOOT_BASE_URL: baseUrl }),
  });
  if (!result.success) {
    const name = String(result.error.issues[0]?.path[0]);
    const form = name.endsWith("_ID") ? "the id of an account" : "an address as https://host";
    throw new StepProblem(name, `is not ${form}`, `Set it, or name a stack: --stack STACK`);
  }
  const found = result.data;
  if (found.CHATWOOT_BASE_URL === undefined)
    throw new StepProblem(
      "CHATWOOT_BASE_URL",
      "is not set, and no stack is named",
      "Name the stack: `npm run ops -- health --stack STACK`; or set CHATWOOT_BASE_URL and CHATWOOT_API_KEY",
    );
  return {
    title: new URL(found.CHATWOOT_BASE_URL).host,
    stack: undefined,
    baseUrl: found.CHATWOOT_BASE_URL,
    apiToken: found.CHATWOOT_API_KEY,
    account: found.CHATWOOT_ACCOUNT_ID === undefined ? {} : { id: found.CHATWOOT_ACCOUNT_ID },
    adminEmail: undefined,
    webhook:
      found.CHATWOOT_WEBHOOK_URL === undefined
        ? undefined
        : { url: found.CHATWOOT_WEBHOOK_URL, events: undefined, enabled: true },
    webhookSecret: found.CHATWOOT_WEBHOOK_SECRET,
    agentUrl: found.AGENT_SDK_URL,
  };
}

/** The line above what is found. */
export function headingOf({ stack, baseUrl }: Pick<Target, "stack" | "baseUrl">): string {
  return stack === undefined ? baseUrl : `${stack}: ${baseUrl}`;
}

/** What to type next, which needs the stack's name where one is known. */
export function nextSteps({ stack, baseUrl }: Pick<Target, "stack" | "baseUrl">) {
  const inStack = (command: string, otherwise: string): string =>
    stack === undefined ? otherwise : `\`${command} --stack ${stack}\``;
  const output = (name: string): string => `\`pulumi stack output ${name} --show-secrets --stack ${stack ?? "STACK"}\``;
  return {
    logs: `Look at the logs: ${inStack("npm run ops -- logs", "`npm run ops -- logs --stack STACK`")}`,
    redeploy: (why: string) => `${why}: ${inStack("pulumi up", "`pulumi up --stack STACK`")}`,
    output,
    curl: (path: string) => `\`curl -i ${baseUrl}${path}\``,
  };
}
