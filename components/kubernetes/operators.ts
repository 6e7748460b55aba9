import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { InstallConfig } from "../../config/schema/kubernetes/isolation.ts";
import { operatorChartRepositories, versions } from "../../config/versions.ts";
import { fixedFieldManager } from "./annotations.ts";
import { transformed, withAnnotations, type KubernetesObject } from "./transform.ts";

export interface OperatorsArgs {
  install: InstallConfig;
  /** Namespace of CloudNativePG's operator and its plugin. */
  operatorNamespace: string;
}

interface Release {
  chart: string;
  version: string;
  repository: string;
  namespace: string;
  values: Record<string, unknown>;
}

const certManagerNamespace = "cert-manager";

/**
 * The operators to install, each by its chart. They serve the whole cluster, so they are protected: deleting a custom
 * resource definition deletes all objects of its kind, including the databases.
 */
export class Operators extends pulumi.ComponentResource {
  constructor(name: string, { install, operatorNamespace }: OperatorsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Operators", name, {}, opts);
    const certManager = install.certManager ? [this.#installCertManager(name)] : [];
    const cloudNativePg = install.cloudNativePg ? [this.#installCloudNativePg(name, operatorNamespace)] : [];
    if (install.barmanPlugin) {
      const release = {
        chart: "plugin-barman-cloud",
        version: versions.barmanPluginChart,
        repository: operatorChartRepositories.cloudNativePg,
        namespace: operatorNamespace,
        values: {},
      };
      this.#release(`${name}-barman-plugin`, release, [...certManager, ...cloudNativePg]);
    }
    this.registerOutputs();
  }

  #installCertManager(name: string): pulumi.Resource {
    const namespace = this.#createNamespace(`${name}-cert-manager-namespace`, certManagerNamespace);
    const release = {
      chart: "cert-manager",
      version: versions.certManagerChart,
      repository: operatorChartRepositories.certManager,
      namespace: certManagerNamespace,
      values: { crds: { enabled: true, keep: true } },
    };
    return this.#release(`${name}-cert-manager`, release, [namespace]);
  }

  #installCloudNativePg(name: string, operatorNamespace: string): pulumi.Resource {
    const namespace = this.#createNamespace(`${name}-cloud-native-pg-namespace`, operatorNamespace);
    const release = {
      chart: "cloudnative-pg",
      version: versions.cloudNativePgChart,
      repository: operatorChartRepositories.cloudNativePg,
      namespace: operatorNamespace,
      values: {},
    };
    return this.#release(`${name}-cloud-native-pg`, release, [namespace]);
  }

  #createNamespace(name: string, namespace: string): pulumi.Resource {
    return new k8s.core.v1.Namespace(name, { metadata: { name: namespace } }, { parent: this, protect: true });
  }

  #release(name: string, release: Release, dependsOn: pulumi.Resource[]): pulumi.Resource {
    const { chart, version, repository, namespace, values } = release;
    return new k8s.helm.v4.Chart(
      name,
      { chart, version, repositoryOpts: { repo: repository }, name: chart, namespace, values },
      { parent: this, dependsOn, protect: true, transforms: [protectedObject] },
    );
  }
}

/**
 * A chart's objects are children of the provider's release, so the program's transformations and protection skip them.
 */
const protectedObject: pulumi.ResourceTransform = ({ custom, props, opts }) =>
  custom
    ? transformed(withAnnotations(props as KubernetesObject, fixedFieldManager), { ...opts, protect: true })
    : undefined;
