import { z } from "zod";
import { StepProblem } from "../../lib/problem.ts";
import { loadOutputs } from "../lib/stack/outputs.ts";
import { findPlace } from "../lib/stack/place.ts";
import { restartCommand } from "../lib/stack/restart.ts";
import { loadResources } from "../lib/stack/source.ts";
import { webProcesses } from "../lib/stack/web-processes.ts";

/** The installation that health, smoke and e2e check. */
export interface Target {
  /** Name in reports. */
  title: string;
  /** Undefined if the environment defines the target. */
  stack: string | undefined;
  /** Public URL without a trailing slash. */
  baseUrl: string;
  apiToken: string | undefined;
  account: { id?: number; name?: string };
  adminEmail: string | undefined;
  /** The support pipeline's webhook. */
  webhook: { url: string; events: readonly string[] | undefined; enabled: boolean } | undefined;
  webhookSecret: string | undefined;
  agentUrl: string | undefined;
  /** Undefined on Kubernetes, and if the environment defines the target. */
  flyApp: string | undefined;
  web: {
    /** Machines or pods. */
    processes: number;
    /** The command that restarts them. */
    restart: string;
  };
}

const anyRestart = "`fly apps restart APP`, or `kubectl --namespace NAMESPACE rollout restart deployment chatwoot-web`";

export async function stackTarget(stack: string): Promise<Target> {
  const [outputs, resources] = await Promise.all([loadOutputs(stack), loadResources(stack)]);
  const { url, apiToken, account, admin, support, webhookSecret } = outputs;
  const place = findPlace(resources);
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
    flyApp: place?.target === "fly" ? place.app : undefined,
    web: {
      processes: webProcesses(resources),
      restart: place === undefined ? anyRestart : restartCommand(place, "web"),
    },
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
  /** The same under the name that workflows use. */
  CHATWOOT_TOKEN: filled,
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

/** Reads the variables of a Chatwoot consumer; `baseUrl` overrides CHATWOOT_BASE_URL. */
export function environmentTarget(environment: NodeJS.ProcessEnv = process.env, baseUrl?: string): Target {
  const result = variables.safeParse({
    ...environment,
    ...(baseUrl === undefined ? {} : { CHATWOOT_BASE_URL: baseUrl }),
  });
  if (!result.success) {
    const name = String(result.error.issues[0]?.path[0]);
    const form = name.endsWith("_ID") ? "an account id" : "a URL such as https://host";
    throw new StepProblem(name, `is not ${form}`, `Correct it, or use --stack STACK`);
  }
  const found = result.data;
  if (found.CHATWOOT_BASE_URL === undefined)
    throw new StepProblem(
      "CHATWOOT_BASE_URL",
      "is not set, and no stack is given",
      "Run `npm run ops -- health --stack STACK`, or set CHATWOOT_BASE_URL and CHATWOOT_API_KEY",
    );
  return {
    title: new URL(found.CHATWOOT_BASE_URL).host,
    stack: undefined,
    baseUrl: found.CHATWOOT_BASE_URL,
    apiToken: found.CHATWOOT_API_KEY ?? found.CHATWOOT_TOKEN,
    account: found.CHATWOOT_ACCOUNT_ID === undefined ? {} : { id: found.CHATWOOT_ACCOUNT_ID },
    adminEmail: undefined,
    webhook:
      found.CHATWOOT_WEBHOOK_URL === undefined
        ? undefined
        : { url: found.CHATWOOT_WEBHOOK_URL, events: undefined, enabled: true },
    webhookSecret: found.CHATWOOT_WEBHOOK_SECRET,
    agentUrl: found.AGENT_SDK_URL,
    flyApp: undefined,
    web: {
      processes: 1,
      restart: anyRestart,
    },
  };
}

/** The first line of a report. */
export function headingOf({ stack, baseUrl }: Pick<Target, "stack" | "baseUrl">): string {
  return stack === undefined ? baseUrl : `${stack}: ${baseUrl}`;
}

/** Commands for fixes, with the stack's name if known. */
export function nextSteps({ stack, baseUrl }: Pick<Target, "stack" | "baseUrl">) {
  const inStack = (command: string, otherwise: string): string =>
    stack === undefined ? otherwise : `\`${command} --stack ${stack}\``;
  const output = (name: string): string => `\`pulumi stack output ${name} --show-secrets --stack ${stack ?? "STACK"}\``;
  return {
    logs: `Read the logs: ${inStack("npm run ops -- logs", "`npm run ops -- logs --stack STACK`")}`,
    redeploy: (why: string) => `${why}: ${inStack("pulumi up", "`pulumi up --stack STACK`")}`,
    output,
    curl: (path: string) => `\`curl -i ${baseUrl}${path}\``,
  };
}
