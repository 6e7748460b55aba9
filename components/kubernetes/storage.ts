import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClaimConfig } from "../../config/schema.ts";
import type { MountedVolume } from "./mounted-volume.ts";
import { objectNames } from "./names.ts";

export interface StorageArgs {
  namespace: pulumi.Input<string>;
  claim: ClaimConfig;
}

/** The volume for attachments that web and worker share. Protected, because class and access mode must not change. */
export class Storage extends pulumi.ComponentResource {
  readonly attachments: MountedVolume;

  constructor(name: string, { namespace, claim }: StorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Storage", name, {}, opts);
    const volume = new k8s.core.v1.PersistentVolumeClaim(
      `${name}-claim`,
      {
        metadata: { name: objectNames.storage, namespace },
        spec: {
          accessModes: [claim.accessMode],
          storageClassName: claim.storageClass,
          resources: { requests: { storage: `${claim.sizeGi}Gi` } },
        },
      },
      { parent: this, protect: true, retainOnDelete: true },
    );
    const claimName = volume.metadata.name;
    this.attachments = {
      volume: { name: "storage", persistentVolumeClaim: { claimName } },
      mount: { name: "storage", mountPath: "/app/storage" },
    };
    this.registerOutputs();
  }
}
