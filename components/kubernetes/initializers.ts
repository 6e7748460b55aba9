import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { shortHash } from "../../lib/fingerprint.ts";
import { initializersFolder, type Initializer } from "../chatwoot/initializers.ts";
import type { MountedVolume } from "./mounted-volume.ts";
import { objectNames } from "./names.ts";

export interface InitializersArgs {
  namespace: pulumi.Input<string>;
  initializers: readonly Initializer[];
}

/**
 * Rails initializers for Chatwoot's pods. The ConfigMap is named by its content, so that other content restarts the pods,
 * and a pod that restarts during an update keeps the files of its image.
 */
export class Initializers extends pulumi.ComponentResource {
  readonly volume: MountedVolume;

  constructor(name: string, { namespace, initializers }: InitializersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Initializers", name, {}, opts);
    const data = Object.fromEntries(initializers.map((each) => [each.name, each.text]));
    const files = new k8s.core.v1.ConfigMap(
      `${name}-files`,
      { metadata: { name: `${objectNames.initializers}-${shortHash(data)}`, namespace }, data, immutable: true },
      { parent: this },
    );
    this.volume = {
      volume: { name: "initializers", configMap: { name: files.metadata.name } },
      mount: { name: "initializers", mountPath: initializersFolder, readOnly: true },
    };
    this.registerOutputs();
  }
}
