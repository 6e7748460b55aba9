import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChatwootEnvironment } from "../chatwoot/environment.ts";
import { shortHash } from "../chatwoot/fingerprint.ts";
import { preparationFiles, preparationScript } from "../chatwoot/preparation.ts";
import { checksumAnnotations, replaceUnready } from "./annotations.ts";
import { fingerprint, type Environment } from "./environment.ts";
import { objectNames, podLabels } from "./names.ts";

export interface PreparationArgs {
  namespace: pulumi.Input<string>;
  image: string;
  environment: Environment;
  bootstrap: ChatwootEnvironment<pulumi.Output<string>>;
  /** Keys the fingerprint of the secrets. */
  secretKeyBase: pulumi.Output<string>;
}

/**
 * The preparation step as a Job that the workloads wait for. Its name tells image and settings, so a new image is a new
 * Job: it runs, then the workloads change, then the old Job goes. One that fails leaves the old workloads serving, and
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
    const settingsHash = shortHash({ image, ...scripts, ...bootstrap.settings });
    this.done = new k8s.batch.v1.Job(
      `${name}-job`,
      {
        metadata: { name: `chatwoot-prepare-${settingsHash}`, namespace, annotations: replaceUnready },
        spec: {
          // Two at once would both load the schema, which drops and makes tables again.
          backoffLimit: 0,
          activeDeadlineSeconds: 1800,
          template: {
            metadata: {
              labels: podLabels(objectNames.release, "preparation"),
              annotations: { [checksumAnnotations.secrets]: fingerprint(args.secretKeyBase, bootstrap.secrets) },
            },
            spec: podSpec(args, script.metadata.name, secrets.metadata.name, Object.keys(bootstrap.settings)),
          },
        },
      },
      { parent: this, customTimeouts: { create: "35m", update: "35m" } },
    );
    this.registerOutputs();
  }
}

function podSpec(
  { image, environment }: PreparationArgs,
  script: pulumi.Input<string>,
  secrets: pulumi.Input<string>,
  settings: string[],
): k8s.types.input.core.v1.PodSpec {
  return {
    automountServiceAccountToken: false,
    restartPolicy: "Never",
    containers: [
      {
        name: "prepare",
        image,
        command: ["sh", "-c", preparationScript],
        envFrom: [...environment.sources, { secretRef: { name: secrets } }],
        env: settings.map((key) => ({ name: key, valueFrom: { configMapKeyRef: { name: script, key } } })),
        resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "2Gi" } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        volumeMounts: preparationFiles.map((file) => ({
          name: "script",
          mountPath: file.path,
          subPath: file.name,
          readOnly: true,
        })),
      },
    ],
    volumes: [
      {
        name: "script",
        configMap: { name: script, items: preparationFiles.map((file) => ({ key: file.name, path: file.name })) },
      },
    ],
  };
}
