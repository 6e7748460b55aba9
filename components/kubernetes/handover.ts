import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

export interface KubernetesHandoverArgs {
  /** Exists already. */
  namespace: string;
  /** Name of the Secret, which belongs to this stack as a whole. */
  name: string;
  secrets: Record<string, pulumi.Output<string>>;
}

/** What a consumer in the cluster reads, as a Secret in its namespace, for `envFrom`. It goes when this is removed. */
export class KubernetesHandover extends pulumi.ComponentResource {
  constructor(name: string, args: KubernetesHandoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Handover", name, {}, opts);
    new k8s.core.v1.Secret(
      `${name}-secret`,
      {
        metadata: {
          name: args.name,
          namespace: args.namespace,
          labels: { "app.kubernetes.io/part-of": "chatwoot", "app.kubernetes.io/component": "handover" },
        },
        type: "Opaque",
        stringData: pulumi.secret(args.secrets),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
