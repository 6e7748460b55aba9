import * as pulumi from "@pulumi/pulumi";
import type { SupportConfig } from "../../config/schema/support.ts";
import { migrationNames } from "../chatwoot/facts/migrate.ts";
import { driverStep } from "../driver/resource.ts";

export interface SupportPipelineArgs {
  support: SupportConfig;
  /** Address of the database of the facts; undefined where this program does not keep them. */
  factsDatabaseUrl: pulumi.Output<string> | undefined;
}

/**
 * What has to stand before the webhook is on: the agent service, where it is asked, and the tables of the facts, where
 * they are ours. The deployment, whose preparation switches the webhook, comes after it. Removing it drops nothing.
 */
export class SupportPipeline extends pulumi.ComponentResource {
  constructor(name: string, args: SupportPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:support:SupportPipeline", name, {}, opts);
    const { agentGate, agentUrl, webhookEnabled, webhookUrl, events, facts } = args.support;
    if (agentGate !== undefined && agentUrl !== undefined && webhookEnabled) {
      driverStep(
        `${name}-agent`,
        "agent",
        {
          inputs: {
            AGENT_URL: agentUrl,
            PATH: agentGate.path,
            VERSION: agentGate.version ?? "",
            TIMEOUT_SECONDS: String(agentGate.timeoutSeconds),
            // Another webhook is switched on anew, so it is asked again.
            WEBHOOK: [webhookUrl, ...events].join(" "),
          },
          seesLastResult: true,
        },
        { parent: this },
      );
    }
    if (facts !== undefined && args.factsDatabaseUrl !== undefined) {
      driverStep(
        `${name}-facts`,
        "facts",
        {
          inputs: {
            MIGRATIONS: migrationNames().join("\n"),
            STATEMENT_TIMEOUT_SECONDS: String(facts.statementTimeoutSeconds),
            LOCK_TIMEOUT_SECONDS: String(facts.lockTimeoutSeconds),
          },
          secrets: { DATABASE_URL: args.factsDatabaseUrl },
          seesLastResult: true,
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
