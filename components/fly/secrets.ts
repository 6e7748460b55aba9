import * as pulumi from "@pulumi/pulumi";
import { driverStep } from "../driver/resource.ts";

export interface SecretsArgs {
  app: string;
  /** The values by the names that Chatwoot reads. */
  secrets: Record<string, pulumi.Output<string>>;
  /** Names that must not be secrets of the app: a secret would win over the setting of the same name. */
  retired: string[];
  /** Names whose values, where machines run with them that this stack has not set, must not be lost; none by default. */
  guarded?: string[];
}

/**
 * The app's secrets, staged: they are stored at once, and the next deployment carries them to the machines. The preview
 * shows their names; a change of a value shows as a change of `stdin`.
 */
export class Secrets extends pulumi.ComponentResource {
  readonly staged: pulumi.Resource;

  constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:Secrets", name, {}, opts);
    this.staged = driverStep(
      `${name}-staged`,
      "secrets",
      {
        inputs: {
          APP: args.app,
          SECRET_NAMES: Object.keys(args.secrets).sort().join("\n"),
          RETIRED_NAMES: [...args.retired].sort().join("\n"),
          ...(args.guarded && { GUARDED_NAMES: [...args.guarded].sort().join("\n") }),
        },
        identity: ["APP"],
        seesLastResult: true,
        secrets: args.secrets,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
