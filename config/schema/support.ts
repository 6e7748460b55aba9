import { z } from "zod";
import { readCron } from "./cron.ts";
import { deliveryUrl, events } from "./webhooks.ts";
import { dnsLabel, httpsUrl, text, whole } from "./words.ts";

/** Health check of the agent service that must pass before the webhook is enabled. */
const agentGate = z.strictObject({
  /** Path of the agent service's health check. Default: /health. */
  path: z
    .string()
    .regex(/^\/\S*$/, "is not a valid path. Write it as /health")
    .default("/health"),
  /** Accepted versions of the agent service, as an npm range: ^1.4, or 1.4.2. Default: any. */
  version: text.optional(),
  /** Time limit for the health check to pass, in seconds. Default: 60. */
  timeoutSeconds: whole(1, 600).default(60),
});

const factsSettings = z.strictObject({
  /** Time limit of each statement of a migration, in seconds. Default: 300. */
  statementTimeoutSeconds: whole(1, 3600).default(300),
  /** Time limit for a migration to wait for a lock, in seconds. Default: 10. */
  lockTimeoutSeconds: whole(1, 600).default(10),
});

/** Tables for the pipeline's measurements; `true` uses every default. The stack never drops them. */
const facts = z.union(
  [z.literal(true).transform(() => factsSettings.parse({})), factsSettings],
  "is neither true nor an object of settings. Write true, or remove it",
);

/** Targets of the pipeline, checked by `npm run ops -- pipeline`. */
const targets = z.strictObject({
  /** Minimum success rate of deliveries, in percent; the rate must be higher. Default: 95. */
  successRatePercent: z
    .number("is not a number from 0 to 100. Choose one in that range")
    .min(0, "is not a number from 0 to 100. Choose one in that range")
    .max(100, "is not a number from 0 to 100. Choose one in that range")
    .default(95),
  /** Maximum average response time, in milliseconds; the average must be lower. Default: 500. */
  averageResponseMs: whole(1, 60_000).default(500),
  /** Maximum number of dead letters (deliveries without a successful retry). Default: 0. */
  deadLetters: whole(0, 1_000_000).default(0),
  /** Minimum number of deliveries in the window for a verdict. Default: 1. */
  minimumDeliveries: whole(1, 1_000_000).default(1),
  /** Maximum time from a customer's message to the agent service's private note, in seconds, measured by `npm run ops -- e2e`. Default: 10. */
  noteSeconds: whole(1, 600).default(10),
});

const handedOver = {
  /** Whether to hand over the address of the facts as DATABASE_URL. It replaces an existing DATABASE_URL. Default: false. */
  databaseUrl: z.boolean("is not true or false. Write one").default(false),
};

const suffix = z
  .string()
  .regex(/^[A-Z0-9_]+$/, "is not a valid name suffix. Use capital letters, digits and underscores");

/** Consumers that get the URL, API token, account id and webhook secret. Removing a consumer here deletes the secrets there. */
const handover = z.strictObject({
  /** Id of the account. Set it if the machine that runs `pulumi up` cannot reach Chatwoot's API. Default: read from the API. */
  accountId: whole(1, 2_147_483_647).optional(),
  /** Time limit for Chatwoot to respond after its deployment, in seconds. Default: 300. */
  timeoutSeconds: whole(1, 3600).default(300),
  /** Existing Fly apps, whatever the target of Chatwoot. */
  fly: z
    .array(
      z.strictObject({
        /** Name of the app. */
        app: dnsLabel,
        /** `deployed` restarts the app's machines with the new values. `staged` applies them at the app's next deployment. Default: staged. */
        mode: z.enum(["staged", "deployed"], "has an unknown value. Use staged or deployed").default("staged"),
        ...handedOver,
      }),
    )
    .default([]),
  /** Secrets in Chatwoot's cluster. The stack owns each Secret and overwrites its contents. */
  kubernetes: z
    .array(
      z.strictObject({
        /** Existing namespace of the Secret. */
        namespace: dnsLabel,
        /** Name of the Secret. Default: chatwoot-handover. */
        name: dnsLabel.default("chatwoot-handover"),
        ...handedOver,
      }),
    )
    .default([]),
  /** Secrets of existing GitHub environments, set with `gh`. */
  github: z
    .array(
      z.strictObject({
        /** owner/name, or host/owner/name. */
        repository: z.string().regex(/^([\w.-]+\/)?[\w.-]+\/[\w.-]+$/, "is not a valid repository. Write it as owner/name"),
        /** Name of the environment. */
        environment: text,
        /** Suffix of the secrets' names, as in CHATWOOT_TOKEN_STAGING. Default: the stack's name in capital letters. */
        suffix: suffix.optional(),
        ...handedOver,
      }),
    )
    .default([]),
});

const schedule = z.string().superRefine((value, context) => {
  const read = readCron(value, 5);
  if ("problem" in read) context.addIssue({ code: "custom", message: String(read.problem) });
});

/** Schedules of the pipeline's check and report, in UTC. */
const schedules = z.strictObject({
  /** Schedule of the check. Fly machines support hourly at most: "0 * * * *". Default: every 15 minutes. */
  check: schedule.default("*/15 * * * *"),
  /** Schedule of the report. Default: Mondays at 09:00. */
  report: schedule.default("0 9 * * 1"),
  /**
   * What runs them. `stack`: CronJobs in the cluster, or machines that Fly starts hourly, daily, weekly or monthly, at a
   * time that Fly chooses. `workflow`: the workflow that `npm run ops -- pipeline workflow` writes. Default: workflow.
   */
  runner: z.enum(["stack", "workflow"], "has an unknown value. Use stack or workflow").optional(),
});

export const support = z.strictObject({
  /** URL that receives the account's webhook, signed with the generated `webhookSecret`. */
  webhookUrl: deliveryUrl,
  /** Events of the webhook. Default: message_created and conversation_status_changed. */
  events,
  /**
   * Whether the webhook is enabled. `false` removes it at the next deployment; `true` creates it again with the same
   * secret. Events in between are never delivered. Default: true.
   */
  webhookEnabled: z.boolean("is not true or false. Write true or false").default(true),
  /** Base URL of the service that drafts replies, checked by `npm run ops -- health`. Default: none. */
  agentUrl: httpsUrl.optional(),
  /** If the webhook is enabled, the deployment waits until the agent service is healthy. Default: disabled. */
  agentGate: agentGate.optional(),
  /** Tables of the pipeline that the stack creates and migrates. Default: none; they are managed elsewhere. */
  facts: facts.optional(),
  targets: targets.prefault({}),
  /** Consumers of the credentials of this Chatwoot. Default: none. */
  handover: handover.optional(),
  schedules: schedules.prefault({}),
});

export type SupportConfig = z.output<typeof support>;
export type SupportTargets = z.output<typeof targets>;
