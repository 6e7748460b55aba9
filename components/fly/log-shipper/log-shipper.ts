import * as pulumi from "@pulumi/pulumi";
import type { FlyLogsConfig } from "../../../config/schema/fly.ts";
import type { Running } from "../../driver/what-runs.ts";
import { logShipperApp } from "../app-names.ts";
import { App } from "../app.ts";
import { Deployment } from "../deployment.ts";
import { quoted, renderLogShipperConfig, shipperGroup } from "./config.ts";
import { Secrets } from "../secrets.ts";

export interface LogShipperArgs {
  /** Name of Chatwoot's app. The shipper runs in a separate app, whose name adds `-logs`. */
  app: string;
  organization: string;
  region: string;
  /** Image of Vector. */
  image: string;
  /** The apps whose logs are sent. */
  apps: readonly string[];
  config: FlyLogsConfig;
  lokiPassword: pulumi.Output<string>;
  /** A token with the right to read the organization's logs, and no other right. */
  flyLogsToken: pulumi.Output<string>;
  /** Keys the fingerprint of the secrets. */
  fingerprintKey: pulumi.Output<string>;
  /** What runs of its app before this run; undefined if nothing does. */
  running: Running | undefined;
}

/**
 * Ships the logs of the stack's apps to Loki. Vector runs in a separate app and reads the log stream of the
 * organization. Fly does not buffer the stream, so lines written while the shipper restarts are missing in Loki.
 */
export class LogShipper extends pulumi.ComponentResource {
  constructor(name: string, args: LogShipperArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:LogShipper", name, {}, opts);
    const { organization, region, image, apps, config, fingerprintKey, running } = args;
    const parent = { parent: this };
    const app = logShipperApp(args.app);
    const secrets = {
      FLY_LOGS_TOKEN: args.flyLogsToken.apply(quoted),
      LOKI_PASSWORD: args.lokiPassword.apply(quoted),
    };
    const host = new App(name, { app, organization, holdsData: false }, parent);
    const machineConfig = renderLogShipperConfig({ app, organization, region, image, apps, ...config });
    const release = { machineConfig, running };
    const staged = new Secrets(
      `${name}-secrets`,
      { app, secrets, retired: [], fingerprintKey, release },
      { ...parent, dependsOn: host },
    );
    new Deployment(
      `${name}-deployment`,
      {
        app,
        ...release,
        secrets,
        staged,
        releaseTimeoutMinutes: 5,
        waitTimeoutMinutes: 5,
        counts: { [shipperGroup]: 1 },
      },
      { ...parent, dependsOn: staged },
    );
    this.registerOutputs();
  }
}
