import * as pulumi from "@pulumi/pulumi";
import type { SupportConfig } from "../../config/schema/support.ts";
import { migrationNames } from "../chatwoot/facts/migrate.ts";
import { driverStep } from "../driver/resource.ts";

export interface SupportPipelineArgs {
  support: SupportConfig;
  /** Address of the facts' database; undefined if the stack does not manage them. */
  factsDatabaseUrl: pulumi.Output<string> | undefined;
}

/**
 * Preconditions of the webhook: a healthy agent service, if the gate is configured, and the facts' tables, if the stack
 * manages them. The deployment, whose preparation enables the webhook, depends on it. Removing it drops nothing.
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
            // A changed webhook is enabled again, so the check runs again.
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
