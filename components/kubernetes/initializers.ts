import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { shortHash } from "../../lib/fingerprint.ts";
import { initializersFolder, type Initializer } from "../chatwoot/initializers.ts";
import type { MountedVolume } from "./mounted-volume.ts";
import { copyMetadata, copyOptions } from "./copies/copies.ts";
import { objectNames } from "./names.ts";

export interface InitializersArgs {
  /** Of Chatwoot's settings, in the same namespace. */
  record: k8s.core.v1.ConfigMap;
  initializers: readonly Initializer[];
}

/** Rails initializers for Chatwoot's pods, which read an immutable copy, so that each pod has the files of its image. */
export class Initializers extends pulumi.ComponentResource {
  readonly volume: MountedVolume;
  readonly copy: pulumi.Output<string>;

  constructor(name: string, { record, initializers }: InitializersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Initializers", name, {}, opts);
    const data = Object.fromEntries(initializers.map((each) => [each.name, each.text]));
    const files = new k8s.core.v1.ConfigMap(
      `${name}-files`,
      { metadata: copyMetadata(objectNames.initializers, shortHash(data), record), data, immutable: true },
      { ...copyOptions, parent: this },
    );
    this.copy = files.metadata.name;
    this.volume = {
      volume: { name: "initializers", configMap: { name: files.metadata.name } },
      mount: { name: "initializers", mountPath: initializersFolder, readOnly: true },
    };
    this.registerOutputs();
  }
}
