import { readFileSync } from "node:fs";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { podResources } from "../../../config/pod-resources.ts";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import type { PostgresConfig } from "../../../config/schema/kubernetes/postgres.ts";
import { withoutSidecar } from "../annotations.ts";
import { databaseNames, objectNames, podLabels } from "../names.ts";
import { placed, placementOf } from "../pod-template.ts";
import { restrictedContainer, restrictedPod } from "../pod-security.ts";
import { database, drillClusterSpec } from "./cluster.ts";

export interface RestoreDrillArgs {
  namespace: pulumi.Input<string>;
  /** Chatwoot's image, because it has Ruby and psql. */
  image: string;
  postgres: PostgresConfig;
  pods: PodsConfig;
  /** The schedule in UTC, and the time limit of a restore in minutes. */
  drill: { schedule: string; timeoutMinutes: number };
  objectStore: pulumi.Input<string>;
}

/** Extra time after the limit, for the script to clean up before it is stopped. */
const cleanUpMinutes = 10;
const script = {
  name: "restore-drill.rb",
  text: readFileSync(new URL("restore-drill.rb", import.meta.url), "utf8"),
};
const manifest = "cluster.json";
const folder = "/drill";

/**
 * Regularly proves that the backups can be restored: a CronJob restores the newest one into a separate cluster, counts
 * rows, reports one line of JSON, and deletes the cluster. A failed drill is a failed Job.
 */
export class RestoreDrill extends pulumi.ComponentResource {
  constructor(name: string, args: RestoreDrillArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:RestoreDrill", name, {}, opts);
    const { namespace, drill } = args;
    const parent = { parent: this };
    const metadata = { name: objectNames.restoreDrill, namespace };
    const account = this.#createAccount(name, args);
    const files = new k8s.core.v1.ConfigMap(
      `${name}-files`,
      { metadata, data: { [script.name]: script.text, [manifest]: drillManifest(args) } },
      parent,
    );
    new k8s.batch.v1.CronJob(
      `${name}-cronjob`,
      {
        metadata,
        spec: {
          schedule: drill.schedule,
          timeZone: "Etc/UTC",
          // The drill's cluster has a fixed name.
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds: 3600,
          successfulJobsHistoryLimit: 3,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            spec: {
              backoffLimit: 0,
              activeDeadlineSeconds: (drill.timeoutMinutes + cleanUpMinutes) * 60,
              template: placed(
                {
                  metadata: {
                    labels: podLabels(objectNames.restoreDrill, "restore-drill"),
                    annotations: withoutSidecar,
                  },
                  spec: podSpec(args, account, files.metadata.name),
                },
                placementOf(args.pods, "restoreDrill"),
              ),
            },
          },
        },
      },
      parent,
    );
    this.registerOutputs();
  }

  /** May create, read and delete the drill's cluster and no other, and read the certificate of its server. */
  #createAccount(name: string, { namespace, postgres }: RestoreDrillArgs): pulumi.Output<string> {
    const parent = { parent: this };
    const metadata = { name: objectNames.restoreDrill, namespace };
    const { drill } = databaseNames(postgres.name);
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      parent,
    );
    const clusters = { apiGroups: ["postgresql.cnpg.io"], resources: ["clusters"] };
    const role = new k8s.rbac.v1.Role(
      `${name}-role`,
      {
        metadata,
        rules: [
          // The script creates by a server-side apply, whose path has the name. `create` alone would not be limited to it.
          { ...clusters, resourceNames: [drill], verbs: ["create", "patch", "get", "delete"] },
          { apiGroups: [""], resources: ["secrets"], resourceNames: [databaseNames(drill).authority], verbs: ["get"] },
        ],
      },
      parent,
    );
    const binding = new k8s.rbac.v1.RoleBinding(
      `${name}-binding`,
      {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace }],
      },
      parent,
    );
    return binding.metadata.name.apply(() => objectNames.restoreDrill);
  }
}

/** The Cluster that the script creates. It is in a ConfigMap, so that a preview shows it. */
function drillManifest({ namespace, postgres, pods, objectStore }: RestoreDrillArgs): pulumi.Output<string> {
  const { credentials, drill } = databaseNames(postgres.name);
  return pulumi.jsonStringify(
    {
      apiVersion: "postgresql.cnpg.io/v1",
      kind: "Cluster",
      metadata: { name: drill, namespace, labels: { "app.kubernetes.io/part-of": "chatwoot" } },
      spec: drillClusterSpec(postgres, pods, { credentials, objectStore }),
    },
    undefined,
    2,
  );
}

function podSpec(
  { image, postgres, pods, drill }: RestoreDrillArgs,
  account: pulumi.Input<string>,
  files: pulumi.Input<string>,
): k8s.types.input.core.v1.PodSpec {
  const passwordKey = { name: databaseNames(postgres.name).credentials, key: "password" };
  return {
    serviceAccountName: account,
    automountServiceAccountToken: true,
    restartPolicy: "Never",
    // A stopped script deletes its cluster.
    terminationGracePeriodSeconds: 300,
    securityContext: restrictedPod(1000, 1000),
    containers: [
      {
        name: "drill",
        image,
        command: ["ruby", `${folder}/${script.name}`, `${folder}/${manifest}`],
        env: [
          { name: "DRILL_TIMEOUT_MINUTES", value: String(drill.timeoutMinutes) },
          { name: "HOME", value: "/tmp" },
          { name: "PGUSER", value: database },
          { name: "PGDATABASE", value: database },
          { name: "PGPASSWORD", valueFrom: { secretKeyRef: passwordKey } },
        ],
        resources: podResources(pods, "restoreDrill"),
        securityContext: restrictedContainer,
        volumeMounts: [
          { name: "files", mountPath: folder, readOnly: true },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      { name: "files", configMap: { name: files } },
      { name: "tmp", emptyDir: {} },
    ],
  };
}
