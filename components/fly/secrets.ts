import * as pulumi from "@pulumi/pulumi";
import { driverStep } from "../driver/resource.ts";

export interface SecretsArgs {
  app: string;
  /** The values, by the variable names that Chatwoot reads. */
  secrets: Record<string, pulumi.Output<string>>;
  /** Names that must not be secrets of the app, because a secret overrides the setting of the same name. */
  retired: string[];
  /**
   * Names whose values must not be overwritten if machines run with values that this stack has not set. Default: none.
   */
  guarded?: string[];
}

/**
 * The app's secrets, staged: Fly stores them at once, and the next deployment sets them on the machines. The preview
 * shows their names; a changed value shows as a change of `stdin`.
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
