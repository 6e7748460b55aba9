import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChatwootEnvironment } from "../../chatwoot/environment.ts";
import { shortHash } from "../../../lib/fingerprint.ts";
import { preparationFiles, preparationScript } from "../../chatwoot/preparation.ts";
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
  /** The database that is prepared: another one is prepared anew. */
  database: Pick<PostgresUrl, "host" | "port" | "database">;
  /** The database's certificate. */
  volumes: readonly MountedVolume[];
  runAsNonRoot: boolean;
  bootstrap: ChatwootEnvironment<pulumi.Output<string>>;
  /** Keys the fingerprint of the secrets. */
  secretKeyBase: pulumi.Output<string>;
}

/** How long the step may take, in seconds; and how long we wait to hear of it, which is longer. */
const deadlineSeconds = 1800;
const waitLimit = "35m";

/**
 * The preparation step as a Job that the workloads wait for. Its name tells image, settings and database, so a new image
 * is a new Job: it runs, then the workloads change, then the old Job goes. One that fails leaves the old workloads serving, and
 * the next `pulumi up` runs it again. The chart's own migration hook is never used: it runs after the workloads.
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
    const hash = shortHash({
      image,
      preparationScript,
      ...scripts,
      ...bootstrap.settings,
      database: `${host}:${port}/${database}`,
    });
    this.done = new k8s.batch.v1.Job(
      `${name}-job`,
      {
        metadata: { name: `chatwoot-prepare-${hash}`, namespace, annotations: replaceUnready },
        spec: {
          // Two at once would both load the schema, which drops and makes tables again.
          backoffLimit: 0,
          // A drained node is no failure: the step begins again elsewhere, once its first pod is gone.
          podFailurePolicy: {
            rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
          },
          podReplacementPolicy: "Failed",
          activeDeadlineSeconds: deadlineSeconds,
          template: {
            metadata: {
              labels: podLabels(objectNames.release, "preparation"),
              annotations: { [checksumAnnotations.secrets]: fingerprint(args.secretKeyBase, bootstrap.secrets) },
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
