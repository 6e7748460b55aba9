import type { local } from "@pulumi/command";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type {
  ClusterSpec,
  DatabaseSpec,
  ObjectStoreSpec,
  ScheduledBackupSpec,
} from "../../components/kubernetes/postgres/spec.ts";

/** A custom resource with the fields that the stack sets, and all others. */
interface CustomResource<Spec = unknown> {
  apiVersion: string;
  kind: string;
  metadata: pulumi.Unwrap<types.input.meta.v1.ObjectMeta>;
  spec: pulumi.Unwrap<Spec> & Record<string, unknown>;
}

/** The properties of the resources that the stack registers, by type; those of charts that it installs may have others. */
export interface PropsByType {
  "command:local:Command": pulumi.Unwrap<local.CommandArgs>;
  "kubernetes:apps/v1:Deployment": pulumi.Unwrap<types.input.apps.v1.Deployment>;
  "kubernetes:apps/v1:StatefulSet": pulumi.Unwrap<types.input.apps.v1.StatefulSet>;
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": pulumi.Unwrap<types.input.autoscaling.v2.HorizontalPodAutoscaler>;
  "kubernetes:barmancloud.cnpg.io/v1:ObjectStore": CustomResource<ObjectStoreSpec>;
  "kubernetes:batch/v1:CronJob": pulumi.Unwrap<types.input.batch.v1.CronJob>;
  "kubernetes:batch/v1:Job": pulumi.Unwrap<types.input.batch.v1.Job>;
  "kubernetes:cert-manager.io/v1:Certificate": CustomResource;
  "kubernetes:core/v1:ConfigMap": pulumi.Unwrap<types.input.core.v1.ConfigMap>;
  "kubernetes:core/v1:Namespace": pulumi.Unwrap<types.input.core.v1.Namespace>;
  "kubernetes:core/v1:PersistentVolumeClaim": pulumi.Unwrap<types.input.core.v1.PersistentVolumeClaim>;
  "kubernetes:core/v1:Secret": pulumi.Unwrap<types.input.core.v1.Secret>;
  "kubernetes:core/v1:Service": pulumi.Unwrap<types.input.core.v1.Service>;
  "kubernetes:core/v1:ServiceAccount": pulumi.Unwrap<types.input.core.v1.ServiceAccount>;
  "kubernetes:external-secrets.io/v1:ExternalSecret": CustomResource;
  "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute": CustomResource;
  "kubernetes:keda.sh/v1alpha1:ScaledObject": CustomResource;
  "kubernetes:keda.sh/v1alpha1:TriggerAuthentication": CustomResource;
  "kubernetes:monitoring.coreos.com/v1:PodMonitor": CustomResource;
  "kubernetes:monitoring.coreos.com/v1:PrometheusRule": CustomResource;
  "kubernetes:networking.k8s.io/v1:Ingress": pulumi.Unwrap<types.input.networking.v1.Ingress>;
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": pulumi.Unwrap<types.input.networking.v1.NetworkPolicy>;
  "kubernetes:policy/v1:PodDisruptionBudget": pulumi.Unwrap<types.input.policy.v1.PodDisruptionBudget>;
  "kubernetes:postgresql.cnpg.io/v1:Cluster": CustomResource<ClusterSpec>;
  "kubernetes:postgresql.cnpg.io/v1:Database": CustomResource<DatabaseSpec>;
  "kubernetes:postgresql.cnpg.io/v1:ScheduledBackup": CustomResource<ScheduledBackupSpec>;
  "kubernetes:rbac.authorization.k8s.io/v1:Role": pulumi.Unwrap<types.input.rbac.v1.Role>;
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": pulumi.Unwrap<types.input.rbac.v1.RoleBinding>;
}
