import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { renderPolicies } from "./policies.ts";
import { allowedTraffic, type TrafficSettings } from "./rules.ts";
import { objectNames } from "../names.ts";

export interface NetworkPoliciesArgs {
  namespace: pulumi.Input<string>;
  settings: TrafficSettings;
}

/**
 * Rejects all traffic of the namespace except what `allowedTraffic` lists. The network plugin must enforce network
 * policies; otherwise the objects have no effect.
 */
export class NetworkPolicies extends pulumi.ComponentResource {
  constructor(name: string, { namespace, settings }: NetworkPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:NetworkPolicies", name, {}, opts);
    for (const [part, spec] of Object.entries(renderPolicies(allowedTraffic(settings)))) {
      const metadata = { name: `${objectNames.release}-${part}`, namespace };
      new k8s.networking.v1.NetworkPolicy(`${name}-${part}`, { metadata, spec }, { parent: this });
    }
    this.registerOutputs();
  }
}
