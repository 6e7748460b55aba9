import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

export interface KubernetesHandoverArgs {
  /** An existing namespace. */
  namespace: string;
  /** Name of the Secret, which this stack owns. */
  name: string;
  secrets: Record<string, pulumi.Output<string>>;
}

/** A Secret in the consumer's namespace, for its `envFrom`. Removing the handover deletes the Secret. */
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
