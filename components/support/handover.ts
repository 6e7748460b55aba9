import * as pulumi from "@pulumi/pulumi";
import type { SupportConfig } from "../../config/schema/support.ts";
import { FlyHandover } from "../fly/handover.ts";
import { KubernetesHandover } from "../kubernetes/handover.ts";
import { consumerSecrets, githubSecrets, suffixOf, type HandedOver } from "./handover-names.ts";
import { driverStep } from "../driver/resource.ts";

type Secret = pulumi.Output<string>;

export interface HandoverArgs {
  support: SupportConfig;
  /** Public address. */
  url: string;
  /** URL of the API that returns the account's id. Default: `url`. */
  apiUrl?: string | undefined;
  /** Name of the account. */
  account: string;
  apiToken: Secret;
  webhookSecret: Secret;
  /** Address of the facts; undefined if the stack does not manage them. */
  factsDatabaseUrl: Secret | undefined;
}

/**
 * Hands the credentials to the consumers of this Chatwoot after the deployment, because the running Chatwoot returns the
 * account's id. Removing a consumer from the configuration deletes its secrets; other secrets are kept.
 */
export class Handover extends pulumi.ComponentResource {
  readonly accountId: pulumi.Output<number>;
  /** Descriptions of the consumers. */
  readonly consumers: string[] = [];

  constructor(name: string, args: HandoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:support:Handover", name, {}, opts);
    const { support } = args;
    const { handover } = support;
    if (handover === undefined) throw new Error("chatwoot:support.handover was not checked before it is used");
    this.accountId = accountIdOf(name, args, handover, this);
    const values = (databaseUrl: boolean): HandedOver<Secret> => ({
      url: pulumi.output(args.url),
      apiToken: args.apiToken,
      accountId: this.accountId.apply(String),
      webhookSecret: args.webhookSecret,
      agentUrl: support.agentUrl === undefined ? undefined : pulumi.output(support.agentUrl),
      databaseUrl: databaseUrl ? args.factsDatabaseUrl : undefined,
    });
    for (const { app, mode, databaseUrl } of handover.fly) {
      new FlyHandover(`${name}-${app}`, { app, mode, secrets: consumerSecrets(values(databaseUrl)) }, { parent: this });
      this.consumers.push(`Fly app ${app}`);
    }
    for (const { namespace, name: secret, databaseUrl } of handover.kubernetes) {
      const secrets = consumerSecrets(values(databaseUrl));
      new KubernetesHandover(`${name}-${namespace}-${secret}`, { namespace, name: secret, secrets }, { parent: this });
      this.consumers.push(`Secret ${namespace}/${secret}`);
    }
    for (const { repository, environment, suffix, databaseUrl } of handover.github) {
      const end = suffix ?? suffixOf(pulumi.getStack());
      const secrets = githubSecrets(values(databaseUrl), end);
      driverStep(
        `${name}-${repository}-${environment}-${end}`.replaceAll(/[^A-Za-z0-9-]+/g, "-"),
        "github",
        {
          inputs: {
            REPOSITORY: repository,
            ENVIRONMENT: environment,
            SECRET_NAMES: Object.keys(secrets).sort().join("\n"),
          },
          identity: ["REPOSITORY", "ENVIRONMENT"],
          secrets,
          deletes: true,
          // The names of the last run, which the next run needs to delete removed ones.
          seesLastResult: true,
        },
        { parent: this },
      );
      this.consumers.push(`GitHub ${repository}, environment ${environment}`);
    }
    this.registerOutputs();
  }
}

function accountIdOf(
  name: string,
  { url, apiUrl = url, account, apiToken }: HandoverArgs,
  { accountId, timeoutSeconds }: NonNullable<SupportConfig["handover"]>,
  parent: pulumi.Resource,
): pulumi.Output<number> {
  if (accountId !== undefined) return pulumi.output(accountId);
  const asked = driverStep(
    `${name}-account`,
    "account",
    {
      inputs: { URL: apiUrl, ACCOUNT: account, TIMEOUT_SECONDS: String(timeoutSeconds) },
      secrets: { API_TOKEN: apiToken },
      seesLastResult: true,
    },
    { parent },
  );
  return asked.stdout.apply((stdout) => (JSON.parse(stdout) as { accountId: number }).accountId);
}
