import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import type { SsoConfig } from "../../../config/schema/kubernetes/sso.ts";
import { skipAwait } from "../annotations.ts";
import { objectNames, podLabels, selectorLabels } from "../names.ts";
import { disruptionBudget } from "../disruption.ts";
import { placed, placementOf } from "../pod-template.ts";
import { rollingUpdate } from "../rollout.ts";
import { proxyPort } from "./flags.ts";
import { proxyPages, type ProxyPages } from "./pages.ts";
import { proxyPod } from "./pod.ts";
import { proxySecrets, type ProxySecrets } from "./secrets.ts";

export interface SsoArgs {
  namespace: pulumi.Input<string>;
  /** Public address of Chatwoot. */
  url: string;
  sso: SsoConfig;
  pods: PodsConfig;
  /** Image of oauth2-proxy. */
  image: string;
  /** Chatwoot's id and secret at the issuer; read only if the stack's configuration has them. */
  client: () => { id: pulumi.Output<string>; secret: pulumi.Output<string> };
  /** Increase it to rotate the cookie key. Default: none, the initial key. */
  rotation?: number | undefined;
  /** The Service that receives authorized requests. */
  upstream: { name: string; port: number };
  secretKeyBase: pulumi.Output<string>;
}

const labels = selectorLabels(objectNames.proxy);

/** oauth2-proxy in line: every request passes through it, and routes.ts lists the routes without sign-on. */
export class SingleSignOn extends pulumi.ComponentResource {
  readonly service = { name: objectNames.proxy, port: proxyPort };

  constructor(name: string, args: SsoArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:SingleSignOn", name, {}, opts);
    const { namespace, sso, client, secretKeyBase, rotation } = args;
    const source = sso.credentials;
    const secrets = proxySecrets(name, { namespace, source, client, secretKeyBase, rotation }, { parent: this });
    const pages = proxyPages(`${name}-pages`, namespace, { parent: this });
    const deployment = this.#deployment(`${name}-proxy`, args, secrets, pages);
    this.#service(`${name}-service`, args, deployment);
    disruptionBudget(
      `${name}-disruption-budget`,
      { namespace, workload: objectNames.proxy, labels, count: sso.replicas },
      { parent: this },
    );
    this.registerOutputs();
  }

  #deployment(name: string, args: SsoArgs, secrets: ProxySecrets, pages: ProxyPages): k8s.apps.v1.Deployment {
    const { namespace, url, sso, upstream, pods, image } = args;
    return new k8s.apps.v1.Deployment(
      name,
      {
        metadata: { name: objectNames.proxy, namespace },
        spec: {
          replicas: sso.replicas,
          selector: { matchLabels: labels },
          // A pod that cannot start (the issuer is down, a setting is wrong) replaces no running pod.
          strategy: rollingUpdate,
          template: placed(
            {
              metadata: {
                labels: podLabels(objectNames.proxy, "proxy"),
                annotations: { ...pages.checksums, ...secrets.checksums },
              },
              spec: proxyPod({
                url,
                sso,
                upstream,
                labels,
                pods,
                image,
                clientSecret: secrets.client,
                cookieSecret: secrets.cookie,
                pages: pages.name,
              }),
            },
            placementOf(pods, "proxy"),
          ),
        },
      },
      { parent: this, dependsOn: secrets.ready },
    );
  }

  #service(name: string, { namespace }: SsoArgs, deployment: k8s.apps.v1.Deployment): void {
    new k8s.core.v1.Service(
      name,
      {
        metadata: { name: objectNames.proxy, namespace, annotations: skipAwait },
        spec: { selector: labels, ports: [{ name: "http", port: proxyPort }] },
      },
      { parent: this, dependsOn: deployment },
    );
  }
}
