import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChatwootEnvironment } from "../../chatwoot/environment.ts";
import { shortHash } from "../../../lib/fingerprint.ts";
import { preparationFiles } from "../../chatwoot/preparation.ts";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import type { EncryptionKeys } from "../../../config/kept-secrets.ts";
import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import { checksumAnnotations, replaceUnready, withoutSidecar } from "../annotations.ts";
import { fingerprint, type Environment } from "../environment.ts";
import type { MountedVolume } from "../mounted-volume.ts";
import { objectNames, podLabels } from "../names.ts";
import { ownedBy } from "../owner.ts";
import { placed, placementOf } from "../pod-template.ts";
import { preparationPod } from "./pod.ts";

export interface PreparationArgs {
  namespace: pulumi.Input<string>;
  image: string;
  environment: Environment;
  /** The database to prepare. A change prepares the new database. */
  database: Pick<PostgresUrl, "host" | "port" | "database">;
  /** Address for migrations; undefined if they use that of the environment. */
  migrationUrl?: pulumi.Output<string> | undefined;
  /** What a pod mounts to reach database and Redis. */
  volumes: readonly MountedVolume[];
  runAsNonRoot: boolean;
  pods: PodsConfig;
  bootstrap: ChatwootEnvironment<pulumi.Output<string>>;
  /** Time limit of the step. */
  timeoutMinutes: number;
  /** Limit of one statement of a migration. Default: that of the preparation step. */
  migrationStatementTimeoutSeconds?: number | undefined;
  /** Chatwoot's encryption keys. If they change, the step checks that they decrypt the database. */
  encryptionKeys: EncryptionKeys<pulumi.Output<string>>;
  /** Keys the fingerprint of the secrets. */
  secretKeyBase: pulumi.Output<string>;
}

/** The key of the hash in the ConfigMap. */
const hashKey = "preparation-hash";

/** Additional time of the wait for the step's result. */
const graceMinutes = 5;

/**
 * The preparation step as a Job that the workloads wait for. Its name is a hash of everything that it runs with, because a
 * Job's template is immutable: a change deletes the old Job, runs a new one, then changes the workloads. If it fails, the
 * old workloads keep serving and the next `pulumi up` retries; taking the change back runs the earlier step again. The
 * chart's migration hook is unused, because it runs after the workloads.
 */
export class Preparation extends pulumi.ComponentResource {
  readonly done: pulumi.Resource;

  constructor(name: string, args: PreparationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Preparation", name, {}, opts);
    const { namespace } = args;
    const bootstrap: ChatwootEnvironment<pulumi.Output<string>> = {
      settings: args.bootstrap.settings,
      secrets: { ...args.bootstrap.secrets, ...(args.migrationUrl && { DATABASE_URL: args.migrationUrl }) },
    };
    const scripts = Object.fromEntries(preparationFiles.map((file) => [file.name, file.text]));
    const secrets = new k8s.core.v1.Secret(
      `${name}-secrets`,
      { metadata: { name: objectNames.bootstrap, namespace }, stringData: bootstrap.secrets },
      { parent: this },
    );
    const template = placed(
      {
        metadata: {
          labels: podLabels(objectNames.release, "preparation"),
          annotations: {
            ...withoutSidecar,
            [checksumAnnotations.secrets]: fingerprint(args.secretKeyBase, bootstrap.secrets),
            [checksumAnnotations.encryptionKeys]: fingerprint(args.secretKeyBase, { ...args.encryptionKeys }),
          },
        },
        spec: preparationPod({
          ...args,
          sources: args.environment.recorded,
          script: objectNames.bootstrap,
          secrets: secrets.metadata.name,
          settings: Object.keys(bootstrap.settings),
        }),
      },
      placementOf(args.pods, "preparation"),
    );
    const { host, port, database } = args.database;
    const files = { ...scripts, ...bootstrap.settings };
    const hash = pulumi
      .output(template)
      .apply((whole) =>
        shortHash({ template: JSON.stringify(whole), ...files, database: `${host}:${port}/${database}` }),
      );
    const script = new k8s.core.v1.ConfigMap(
      `${name}-script`,
      { metadata: { name: objectNames.bootstrap, namespace }, data: { ...files, [hashKey]: hash } },
      { parent: this, replaceOnChanges: ["data"], deleteBeforeReplace: true },
    );
    const waitLimit = `${args.timeoutMinutes + graceMinutes}m`;
    this.done = new k8s.batch.v1.Job(
      `${name}-job`,
      {
        metadata: {
          name: pulumi.interpolate`chatwoot-prepare-${hash}`,
          namespace,
          annotations: replaceUnready,
          // Replaced with the Job, so a Job that the state does not know, as after the restore of an older state, is
          // deleted too.
          ownerReferences: ownedBy(script),
        },
        spec: {
          // Two pods at once would both load the schema, which drops and recreates tables.
          backoffLimit: 0,
          // A drained node is not a failure: the step restarts on another node once its first pod is gone.
          podFailurePolicy: {
            rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
          },
          podReplacementPolicy: "Failed",
          activeDeadlineSeconds: args.timeoutMinutes * 60,
          template,
        },
      },
      {
        parent: this,
        customTimeouts: { create: waitLimit, update: waitLimit },
        // Otherwise, taking back a change whose Job failed would create the earlier Job, then delete it by its name.
        deleteBeforeReplace: true,
      },
    );
    this.registerOutputs();
  }
}
