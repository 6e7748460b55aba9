import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChatwootEnvironment } from "../chatwoot/environment.ts";
import { secretsFingerprint, shortHash } from "../../lib/fingerprint.ts";
import { checksumAnnotations } from "./annotations.ts";
import { objectNames } from "./names.ts";

export interface EnvironmentArgs {
  namespace: pulumi.Input<string>;
  environment: ChatwootEnvironment<pulumi.Output<string>>;
  /** Annotations of the settings. Default: none. */
  annotations?: Record<string, string> | undefined;
  /** Keys the fingerprint of the secrets. */
  secretKeyBase: pulumi.Output<string>;
  /** Called with what is to be written, and with the name of what was. Default: neither is checked. */
  guard?: {
    beforeWriting(values: Record<string, pulumi.Output<string>>): Record<string, pulumi.Output<string>>;
    readBack(name: pulumi.Output<string>): pulumi.Output<string>;
  };
}

/** Chatwoot's environment: a ConfigMap with the settings, so that previews show them, and a Secret. */
export class Environment extends pulumi.ComponentResource {
  /** For `envFrom`; later sources override earlier ones. */
  readonly sources: k8s.types.input.core.v1.EnvFromSource[];
  /** For the annotations of the pods that read it. */
  readonly checksums: Record<string, pulumi.Input<string>>;
  readonly secretName: string;

  constructor(name: string, args: EnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Environment", name, {}, opts);
    const { namespace, environment, guard } = args;
    const settings = new k8s.core.v1.ConfigMap(
      `${name}-settings`,
      {
        metadata: { name: objectNames.settings, namespace, ...(args.annotations && { annotations: args.annotations }) },
        data: environment.settings,
      },
      { parent: this },
    );
    const secrets = new k8s.core.v1.Secret(
      `${name}-secrets`,
      {
        metadata: { name: objectNames.secrets, namespace },
        stringData: guard?.beforeWriting(environment.secrets) ?? environment.secrets,
      },
      { parent: this },
    );
    this.secretName = objectNames.secrets;
    const secretName = guard?.readBack(secrets.metadata.name) ?? secrets.metadata.name;
    this.sources = [{ configMapRef: { name: settings.metadata.name } }, { secretRef: { name: secretName } }];
    this.checksums = {
      [checksumAnnotations.settings]: shortHash(environment.settings),
      [checksumAnnotations.secrets]: fingerprint(args.secretKeyBase, environment.secrets),
    };
    this.registerOutputs();
  }
}

/** Not secret, because it is keyed. */
export function fingerprint(
  key: pulumi.Output<string>,
  secrets: Record<string, pulumi.Output<string>>,
): pulumi.Output<string> {
  return pulumi.unsecret(
    pulumi.all([key, pulumi.all(secrets)]).apply(([text, values]) => secretsFingerprint(text, values)),
  );
}
