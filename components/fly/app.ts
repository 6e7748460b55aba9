import * as pulumi from "@pulumi/pulumi";
import { driverStep } from "../driver/resource.ts";

export interface AppArgs {
  /** Name of the app, unique on all of Fly. A change replaces the app, and fails while the app is protected. */
  app: string;
  /** Slug of the organization that owns it. */
  organization: string;
  /** Whether the app holds data that cannot be recreated. If true, the app is protected. Default: true. */
  holdsData?: boolean;
}

/** The Fly app. An existing app of the organization is adopted. Deleting it deletes its machines and secrets. */
export class App extends pulumi.ComponentResource {
  readonly ready: pulumi.Resource;

  constructor(name: string, args: AppArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:App", name, {}, opts);
    this.ready = driverStep(
      `${name}-app`,
      "app",
      { inputs: { APP: args.app, ORGANIZATION: args.organization }, identity: ["APP", "ORGANIZATION"], deletes: true },
      { parent: this, protect: args.holdsData ?? true },
    );
    this.registerOutputs();
  }
}
