import type * as pulumi from "@pulumi/pulumi";
import { databaseUrlOf, withTls, type Database } from "../components/chatwoot/database.ts";
import type { GeneratedSecrets } from "../components/chatwoot/generated-secrets.ts";
import { Handover } from "../components/support/handover.ts";
import { SupportPipeline } from "../components/support/pipeline.ts";
import type { Config } from "./load.ts";
import type { SupportConfig } from "../config/schema/support.ts";

type Secret = pulumi.Output<string>;

/** The parts of the support pipeline that both targets have: what comes before the deployment, and what after it. */
export interface SupportParts {
  /** What the deployment waits for; none where nothing is asked or kept. */
  before: SupportPipeline[];
  factsDatabaseUrl: Secret | undefined;
  /** What this stack looks at the pipeline by; undefined where it does not. */
  schedule: { support: SupportConfig; databaseUrl: Secret } | undefined;
  /** Makes the hand-over; undefined where nobody is handed anything. */
  handOver(options: { apiUrl?: string }, opts: pulumi.ComponentResourceOptions): Handover | undefined;
}

export interface SupportArgs {
  config: Pick<Config, "factsDatabase"> & {
    settings: { url: string; account: string; support?: SupportConfig | undefined };
  };
  secrets: Pick<GeneratedSecrets, "apiToken" | "webhookSecret">;
  /** Where the facts are, unless the configuration names another database. */
  database?: Database | undefined;
}

export function supportParts({ config, secrets, database }: SupportArgs): SupportParts {
  const { url, account, support } = config.settings;
  if (support === undefined)
    return { before: [], factsDatabaseUrl: undefined, schedule: undefined, handOver: () => undefined };
  const factsDatabase = config.factsDatabase ? withTls(config.factsDatabase) : database;
  const place = factsDatabase && databaseUrlOf(factsDatabase);
  const factsDatabaseUrl = support.facts === undefined ? undefined : place;
  const isScheduled = support.schedules.runner === "stack" && place !== undefined;
  const asks = support.facts !== undefined || (support.agentGate !== undefined && support.webhookEnabled);
  return {
    before: asks ? [new SupportPipeline("support", { support, factsDatabaseUrl })] : [],
    factsDatabaseUrl,
    schedule: isScheduled ? { support, databaseUrl: place } : undefined,
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
