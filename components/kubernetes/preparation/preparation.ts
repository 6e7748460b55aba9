import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChatwootEnvironment } from "../../chatwoot/environment.ts";
import { shortHash } from "../../../lib/fingerprint.ts";
import { preparationFiles, preparationScript } from "../../chatwoot/preparation.ts";
import type { EncryptionKeys } from "../../../config/kept-secrets.ts";
import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import { checksumAnnotations, replaceUnready } from "../annotations.ts";
import { fingerprint, type Environment } from "../environment.ts";
import type { MountedVolume } from "../mounted-volume.ts";
import { objectNames, podLabels } from "../names.ts";
import { preparationPod } from "./pod.ts";

export interface PreparationArgs {
  namespace: pulumi.Input<string>;
  image: string;
  environment: Environment;
  /** The database to prepare. A change prepares the new database. */
  database: Pick<PostgresUrl, "host" | "port" | "database">;
  /** The database's certificate. */
  volumes: readonly MountedVolume[];
  runAsNonRoot: boolean;
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

/** Additional time of the wait for the step's result. */
const graceMinutes = 5;

/**
 * The preparation step as a Job that the workloads wait for. Its name contains hashes of image, settings and database,
 * so a new image is a new Job: it runs, then the workloads change, then the old Job is deleted. If it fails, the old
 * workloads keep serving and the next `pulumi up` retries. The chart's migration hook is unused, because it runs after
 * the workloads.
 */
export class Preparation extends pulumi.ComponentResource {
  readonly done: pulumi.Resource;

  constructor(name: string, args: PreparationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Preparation", name, {}, opts);
    const { namespace, image, bootstrap } = args;
    const scripts = Object.fromEntries(preparationFiles.map((file) => [file.name, file.text]));
    const script = new k8s.core.v1.ConfigMap(
      `${name}-script`,
      {
        metadata: { name: objectNames.bootstrap, namespace },
        data: { ...scripts, ...bootstrap.settings },
      },
      { parent: this },
    );
    const secrets = new k8s.core.v1.Secret(
      `${name}-secrets`,
      { metadata: { name: objectNames.bootstrap, namespace }, stringData: bootstrap.secrets },
      { parent: this },
    );
    const { host, port, database } = args.database;
    const waitLimit = `${args.timeoutMinutes + graceMinutes}m`;
    const hash = shortHash({
      image,
      preparationScript: preparationScript(args.migrationStatementTimeoutSeconds),
      ...scripts,
      ...bootstrap.settings,
      database: `${host}:${port}/${database}`,
    });
    this.done = new k8s.batch.v1.Job(
      `${name}-job`,
      {
        metadata: { name: `chatwoot-prepare-${hash}`, namespace, annotations: replaceUnready },
        spec: {
          // Two pods at once would both load the schema, which drops and recreates tables.
          backoffLimit: 0,
          // A drained node is not a failure: the step restarts on another node once its first pod is gone.
          podFailurePolicy: {
            rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
          },
          podReplacementPolicy: "Failed",
          activeDeadlineSeconds: args.timeoutMinutes * 60,
          template: {
            metadata: {
              labels: podLabels(objectNames.release, "preparation"),
              annotations: {
                [checksumAnnotations.secrets]: fingerprint(args.secretKeyBase, bootstrap.secrets),
                [checksumAnnotations.encryptionKeys]: fingerprint(args.secretKeyBase, { ...args.encryptionKeys }),
              },
            },
            spec: preparationPod({
              ...args,
              sources: args.environment.sources,
              script: script.metadata.name,
              secrets: secrets.metadata.name,
              settings: Object.keys(bootstrap.settings),
            }),
          },
        },
      },
      { parent: this, customTimeouts: { create: waitLimit, update: waitLimit } },
    );
    this.registerOutputs();
  }
}
