import type * as pulumi from "@pulumi/pulumi";
import { databaseUrlOf, withTls, type Database } from "../components/chatwoot/database.ts";
import type { GeneratedSecrets } from "../components/chatwoot/generated-secrets.ts";
import { Handover } from "../components/support/handover.ts";
import { SupportPipeline } from "../components/support/pipeline.ts";
import type { Config } from "./load.ts";
import type { SupportConfig } from "../config/schema/support.ts";

type Secret = pulumi.Output<string>;

/** The parts of the support pipeline on both targets: before and after the deployment. */
export interface SupportParts {
  /** Resources that the deployment waits for. */
  before: SupportPipeline[];
  factsDatabaseUrl: Secret | undefined;
  /** Input of the scheduled checks; undefined if the stack does not run them. */
  schedule: { support: SupportConfig; databaseUrl: Secret } | undefined;
  /** Creates the hand-over; undefined if none is configured. */
  handOver(options: { apiUrl?: string }, opts: pulumi.ComponentResourceOptions): Handover | undefined;
}

export interface SupportArgs {
  config: Pick<Config, "factsDatabase"> & {
    settings: { url: string; account: string; support?: SupportConfig | undefined };
  };
  secrets: Pick<GeneratedSecrets, "apiToken" | "webhookSecret">;
  /** Database of the facts, unless the configuration sets another one. */
  database?: Database | undefined;
}

export function supportParts({ config, secrets, database }: SupportArgs): SupportParts {
  const { url, account, support } = config.settings;
  if (support === undefined)
    return { before: [], factsDatabaseUrl: undefined, schedule: undefined, handOver: () => undefined };
  const factsDatabase = config.factsDatabase ? withTls(config.factsDatabase) : database;
  const databaseUrl = factsDatabase && databaseUrlOf(factsDatabase);
  const factsDatabaseUrl = support.facts === undefined ? undefined : databaseUrl;
  const isScheduled = support.schedules.runner === "stack" && databaseUrl !== undefined;
  const isNeeded = support.facts !== undefined || (support.agentGate !== undefined && support.webhookEnabled);
  return {
    before: isNeeded ? [new SupportPipeline("support", { support, factsDatabaseUrl })] : [],
    factsDatabaseUrl,
    schedule: isScheduled ? { support, databaseUrl } : undefined,
    handOver: ({ apiUrl }, opts) =>
      support.handover &&
      new Handover(
        "handover",
        {
          support,
          url,
          apiUrl,
          account,
          apiToken: secrets.apiToken,
          webhookSecret: secrets.webhookSecret,
          factsDatabaseUrl,
        },
        opts,
      ),
  };
}
