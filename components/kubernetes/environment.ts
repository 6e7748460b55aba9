import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChatwootEnvironment } from "../chatwoot/environment.ts";
import { secretsFingerprint, shortHash } from "../../lib/fingerprint.ts";
import { copyDigits, copyMetadata, copyOptions } from "./copies/copies.ts";
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

/**
 * Chatwoot's environment: a ConfigMap with the settings, so that previews show them, and a Secret. These two are the record
 * of the last deployment, for the preparation, operators and checks. Web and worker read immutable copies.
 */
export class Environment extends pulumi.ComponentResource {
  /** For `envFrom` of web and worker; later sources override earlier ones. */
  readonly sources: k8s.types.input.core.v1.EnvFromSource[];
  /** For `envFrom` of the preparation, which other settings do not start again. It runs once, with the latest. */
  readonly recorded: k8s.types.input.core.v1.EnvFromSource[];
  readonly record: k8s.core.v1.ConfigMap;
  /** The names of the copies. */
  readonly copies: pulumi.Output<string>[];

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
    // A name is open: a secret one would hide the copy from whoever reads the state, such as `ops drift`.
    const written = pulumi.unsecret(guard?.readBack(secrets.metadata.name) ?? secrets.metadata.name);
    const sum = fingerprint(args.secretKeyBase, environment.secrets);
    const secretsHash = pulumi.all([sum, written]).apply(([text]) => text.slice(0, copyDigits));
    const settingsCopy = new k8s.core.v1.ConfigMap(
      `${name}-settings-copy`,
      {
        metadata: copyMetadata(objectNames.settings, shortHash(environment.settings), settings),
        data: environment.settings,
        immutable: true,
      },
      { ...copyOptions, parent: this },
    );
    const secretsCopy = new k8s.core.v1.Secret(
      `${name}-secrets-copy`,
      {
        metadata: copyMetadata(objectNames.secrets, secretsHash, settings),
        stringData: environment.secrets,
        immutable: true,
      },
      { ...copyOptions, parent: this },
    );
    this.record = settings;
    this.recorded = [{ configMapRef: { name: settings.metadata.name } }, { secretRef: { name: written } }];
    this.copies = [settingsCopy.metadata.name, secretsCopy.metadata.name];
    this.sources = [
      { configMapRef: { name: settingsCopy.metadata.name } },
      { secretRef: { name: secretsCopy.metadata.name } },
    ];
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
