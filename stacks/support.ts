import type * as pulumi from "@pulumi/pulumi";
import { formatPostgresUrl, parsePostgresUrl } from "../lib/postgres-url.ts";
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
  config: Pick<Config, "optionalSecret"> & {
    settings: { url: string; account: string; support?: SupportConfig | undefined };
  };
  generated: Pick<GeneratedSecrets, "apiToken" | "webhookSecret">;
  /** Where the facts are, unless the configuration says otherwise. */
  databaseUrl?: Secret | undefined;
}

export function supportParts({ config, generated, databaseUrl }: SupportArgs): SupportParts {
  const { url, account, support } = config.settings;
  if (support === undefined)
    return { before: [], factsDatabaseUrl: undefined, schedule: undefined, handOver: () => undefined };
  const own = config.optionalSecret("factsDatabaseUrl")?.apply(withTls);
  const place = own ?? databaseUrl;
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
          apiToken: generated.apiToken,
          webhookSecret: generated.webhookSecret,
          factsDatabaseUrl,
        },
        opts,
      ),
  };
}

/** As Chatwoot's own database: encrypted, unless the address says otherwise. */
function withTls(url: string): string {
  const address = parsePostgresUrl(url);
  return formatPostgresUrl({ ...address, sslMode: address.sslMode ?? "require" });
}
