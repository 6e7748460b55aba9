import { z } from "zod";
import { readCron } from "./cron.ts";
import { deliveryUrl, events } from "./webhooks.ts";
import { dnsLabel, httpsUrl, text, whole } from "./words.ts";

/** The agent service must answer, in this version, before the webhook is switched on. */
const agentGate = z.strictObject({
  /** Where the agent service says that it is well. Default /health. */
  path: z
    .string()
    .regex(/^\/\S*$/, "is not a path. Write it as /health")
    .default("/health"),
  /** Versions that this integration works with, as npm writes ranges: ^1.4, or 1.4.2. Default any. */
  version: text.optional(),
  /** How long it may take to answer well, in seconds. Default 60. */
  timeoutSeconds: whole(1, 600).default(60),
});

const factsSettings = z.strictObject({
  /** Longest that a statement of a migration may take, in seconds. Default 300. */
  statementTimeoutSeconds: whole(1, 3600).default(300),
  /** Longest that a migration waits for a lock that somebody else holds, in seconds. Default 10. */
  lockTimeoutSeconds: whole(1, 600).default(10),
});

/** Tables that the pipeline writes its measurements into; `true` with every default. Nothing in them is ever dropped. */
const facts = z.union(
  [z.literal(true).transform(() => factsSettings.parse({})), factsSettings],
  "is neither true nor settings. Write true, or leave it out",
);

/** What the pipeline is measured against, by `npm run ops -- pipeline`. */
const targets = z.strictObject({
  /** Deliveries that succeed, in percent: more than this is well. Default 95. */
  successRatePercent: z
    .number("is not a number from 0 to 100. Choose one in that range")
    .min(0, "is not a number from 0 to 100. Choose one in that range")
    .max(100, "is not a number from 0 to 100. Choose one in that range")
    .default(95),
  /** Average response, in milliseconds: less than this is well. Default 500. */
  averageResponseMs: whole(1, 60_000).default(500),
  /** Deliveries that were given up, at most. Default 0. */
  deadLetters: whole(0, 1_000_000).default(0),
  /** Deliveries in the window without which nothing can be said. Default 1. */
  minimumDeliveries: whole(1, 1_000_000).default(1),
  /** From a customer's message to the agent's private note, in seconds, as `npm run ops -- e2e` measures it. Default 10. */
  noteSeconds: whole(1, 600).default(10),
});

const handedOver = {
  /** Whether DATABASE_URL, the address of the facts, is handed over too; it replaces one that is there. Default false. */
  databaseUrl: z.boolean("is not true or false. Write one").default(false),
};

const suffix = z
  .string()
  .regex(/^[A-Z0-9_]+$/, "is not the end of a name. Use capital letters, digits and underscores");

/** Who gets address, token, account id and webhook secret. What is taken out of here is taken away there again. */
const handover = z.strictObject({
  /** Id of the account, for a Chatwoot whose API cannot be reached from where `pulumi up` runs. Default: it is asked. */
  accountId: whole(1, 2_147_483_647).optional(),
  /** How long Chatwoot may take to answer after its deployment, in seconds. Default 300. */
  timeoutSeconds: whole(1, 3600).default(300),
  /** Apps on Fly, whichever target Chatwoot has; they exist already. */
  fly: z
    .array(
      z.strictObject({
        /** Name of the app. */
        app: dnsLabel,
        /** `deployed` restarts the app's machines with the new values; `staged` leaves that to its next deployment. Default staged. */
        mode: z.enum(["staged", "deployed"], "is not known. Use staged or deployed").default("staged"),
        ...handedOver,
      }),
    )
    .default([]),
  /** Secrets of the cluster that Chatwoot is in. Each belongs to this stack: nothing else may be kept in it. */
  kubernetes: z
    .array(
      z.strictObject({
        /** Exists already. */
        namespace: dnsLabel,
        /** Name of the Secret. Default chatwoot-handover. */
        name: dnsLabel.default("chatwoot-handover"),
        ...handedOver,
      }),
    )
    .default([]),
  /** Secrets of environments on GitHub, set by `gh`; the environments exist already. */
  github: z
    .array(
      z.strictObject({
        /** owner/name, or host/owner/name. */
        repository: z.string().regex(/^([\w.-]+\/)?[\w.-]+\/[\w.-]+$/, "is not a repository. Write it as owner/name"),
        /** Name of the environment. */
        environment: text,
        /** End of the names, as in CHATWOOT_TOKEN_STAGING. Default the name of the stack in capital letters. */
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

/** When the pipeline is looked at, in UTC. */
const schedules = z.strictObject({
  /** Default every 15 minutes. On machines of Fly once an hour at most: "0 * * * *". */
  check: schedule.default("*/15 * * * *"),
  /** Default Mondays at nine. */
  report: schedule.default("0 9 * * 1"),
  /**
   * Who looks: `stack` are CronJobs in the cluster, or machines that Fly starts once in each hour, day, week or month, at
   * times of its own choice; `workflow` is the one that `npm run ops -- pipeline workflow` writes. Default workflow.
   */
  runner: z.enum(["stack", "workflow"], "is not known. Use stack or workflow").optional(),
});

export const support = z.strictObject({
  /** Receives the account's webhook, signed with the generated `webhookSecret`. */
  webhookUrl: deliveryUrl,
  /** Default message_created and conversation_status_changed. */
  events,
  /**
   * The switch of the pipeline: `false` removes the webhook at the next deploy, `true` makes it again with the same secret.
   * What happens in between is never delivered. Default true.
   */
  webhookEnabled: z.boolean("is not true or false. Write true or false").default(true),
  /** Base address of the service that drafts the answers, which `npm run ops -- health` asks. Default none. */
  agentUrl: httpsUrl.optional(),
  /** Holds the deployment until the agent service is well, wherever the webhook is on. Default: it is not asked. */
  agentGate: agentGate.optional(),
  /** The tables of the pipeline, made and kept by this program. Default: they are somebody else's. */
  facts: facts.optional(),
  targets: targets.prefault({}),
  /** Default nobody. */
  handover: handover.optional(),
  schedules: schedules.prefault({}),
});

export type SupportConfig = z.output<typeof support>;
export type SupportTargets = z.output<typeof targets>;
