import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { podResources } from "../../config/pod-resources.ts";
import type { PodsConfig } from "../../config/schema/kubernetes/pods.ts";
import type { SupportConfig } from "../../config/schema/support.ts";
import { programFile, scheduledProgram } from "../chatwoot/pipeline-schedule/bundle.ts";
import { scheduledSettings } from "../chatwoot/pipeline-schedule/environment.ts";
import { scheduledRuns, type ScheduledRun } from "../chatwoot/pipeline-schedule/runs.ts";
import { withoutSidecar } from "./annotations.ts";
import { objectNames, podLabels } from "./names.ts";
import { placed, placementOf } from "./pod-template.ts";
import { restrictedContainer, restrictedPod } from "./pod-security.ts";

export interface PipelineScheduleArgs {
  namespace: pulumi.Input<string>;
  support: Pick<SupportConfig, "schedules" | "targets">;
  /** Address of the facts database, for pods. */
  databaseUrl: pulumi.Output<string>;
  pods: PodsConfig;
  /** Image of Node.js. */
  image: string;
}

const folder = "/pipeline";
/** User `node` of the image. */
const nodeUser = 1000;
/** Both runs make a few queries, each with a limit of one minute. */
const deadlineSeconds = 600;
const attentionCode = 2;

/**
 * Checks the support pipeline on the schedules in `support.schedules`: a CronJob for the check and one for the report.
 * A problem is a failed Job with the details in its log. The runs do not change the facts.
 */
export class PipelineSchedule extends pulumi.ComponentResource {
  constructor(name: string, args: PipelineScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:PipelineSchedule", name, {}, opts);
    const parent = { parent: this };
    const metadata = { name: objectNames.pipeline, namespace: args.namespace };
    const files = new k8s.core.v1.ConfigMap(
      `${name}-program`,
      {
        metadata,
        data: { [programFile]: scheduledProgram(), ...scheduledSettings(pulumi.getStack(), args.support.targets) },
      },
      parent,
    );
    const secret = new k8s.core.v1.Secret(
      `${name}-secret`,
      { metadata, stringData: { DATABASE_URL: args.databaseUrl } },
      parent,
    );
    for (const run of scheduledRuns(args.support.schedules)) {
      new k8s.batch.v1.CronJob(
        `${name}-${run.name}`,
        {
          metadata: { name: `${objectNames.pipeline}-${run.name}`, namespace: args.namespace },
          spec: cronJobSpec(run, args, files.metadata.name, secret.metadata.name),
        },
        parent,
      );
    }
    this.registerOutputs();
  }
}

function cronJobSpec(
  run: ScheduledRun,
  { pods, image }: Pick<PipelineScheduleArgs, "pods" | "image">,
  files: pulumi.Input<string>,
  secret: pulumi.Input<string>,
): k8s.types.input.batch.v1.CronJobSpec {
  return {
    schedule: run.schedule,
    timeZone: "Etc/UTC",
    concurrencyPolicy: "Forbid",
    startingDeadlineSeconds: 3600,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      spec: {
        // For a database that is briefly unavailable.
        backoffLimit: 2,
        podFailurePolicy: {
          rules: [
            // A retry would find the same problem.
            {
              action: "FailJob",
              onExitCodes: { containerName: "pipeline", operator: "In", values: [attentionCode] },
            },
            { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
          ],
        },
        activeDeadlineSeconds: deadlineSeconds,
        template: placed(
          {
            metadata: { labels: podLabels(objectNames.pipeline, "pipeline"), annotations: withoutSidecar },
            spec: podSpec(run, { pods, image }, files, secret),
          },
          placementOf(pods, "pipeline"),
        ),
      },
    },
  };
}

function podSpec(
  { args }: ScheduledRun,
  { pods, image }: Pick<PipelineScheduleArgs, "pods" | "image">,
  files: pulumi.Input<string>,
  secret: pulumi.Input<string>,
): k8s.types.input.core.v1.PodSpec {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: "Never",
    securityContext: restrictedPod(nodeUser, nodeUser),
    containers: [
      {
        name: "pipeline",
        image,
        command: ["node", `${folder}/${programFile}`, ...args],
        env: [
          { name: "CHATWOOT_PIPELINE", valueFrom: { configMapKeyRef: { name: files, key: "CHATWOOT_PIPELINE" } } },
          { name: "DATABASE_URL", valueFrom: { secretKeyRef: { name: secret, key: "DATABASE_URL" } } },
        ],
        resources: podResources(pods, "pipeline"),
        securityContext: restrictedContainer,
        volumeMounts: [{ name: "program", mountPath: folder, readOnly: true }],
      },
    ],
    volumes: [{ name: "program", configMap: { name: files, items: [{ key: programFile, path: programFile }] } }],
  };
}
