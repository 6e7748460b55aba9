import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { podResources, type PodResources } from "../../../config/pod-resources.ts";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import { quantityNumber } from "../../../lib/quantity.ts";
import { spreadOverNodes } from "../spread.ts";
import { restrictedContainer, restrictedPod } from "../pod-security.ts";
import { pagesFolder } from "./pages.ts";
import { proxyFlags, proxyMetricsPort, proxyPort, type ProxyFlagsArgs } from "./flags.ts";

export interface ProxyPodArgs extends ProxyFlagsArgs {
  /** Name of the Secret with `client-id` and `client-secret`. */
  clientSecret: pulumi.Input<string>;
  /** Name of the Secret with `cookie-secret`. */
  cookieSecret: pulumi.Input<string>;
  /** Name of the ConfigMap with the files that replace the proxy's own. */
  pages: pulumi.Input<string>;
  /** The pods' selector labels, to spread them. */
  labels: Record<string, string>;
  pods: PodsConfig;
  image: string;
}

/** User of the image. */
const nobody = 65532;

/** A pod of oauth2-proxy that complies with the Pod Security level `restricted`. */
export function proxyPod(args: ProxyPodArgs): k8s.types.input.core.v1.PodSpec {
  const resources = podResources(args.pods, "proxy");
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(nobody, nobody),
    topologySpreadConstraints: spreadOverNodes(args.labels),
    volumes: [{ name: "pages", configMap: { name: args.pages } }],
    containers: [
      {
        name: "oauth2-proxy",
        image: args.image,
        args: proxyFlags(args),
        env: [
          fromSecret("OAUTH2_PROXY_CLIENT_ID", args.clientSecret, "client-id"),
          fromSecret("OAUTH2_PROXY_CLIENT_SECRET", args.clientSecret, "client-secret"),
          fromSecret("OAUTH2_PROXY_COOKIE_SECRET", args.cookieSecret, "cookie-secret"),
          { name: "GOMEMLIMIT", value: goMemoryLimit(resources) },
        ],
        ports: [
          { name: "http", containerPort: proxyPort },
          { name: "metrics", containerPort: proxyMetricsPort },
        ],
        volumeMounts: [{ name: "pages", mountPath: pagesFolder, readOnly: true }],
        resources,
        readinessProbe: { httpGet: { path: "/ready", port: proxyPort }, periodSeconds: 5, timeoutSeconds: 3 },
        livenessProbe: { httpGet: { path: "/ping", port: proxyPort }, periodSeconds: 15, timeoutSeconds: 5 },
        // In these seconds, clients that still send requests here learn that the pod stops.
        lifecycle: { preStop: { sleep: { seconds: 5 } } },
        securityContext: restrictedContainer,
      },
    ],
  };
}

/** A tenth is for what Go's garbage collector does not count. */
function goMemoryLimit({ limits }: PodResources): string {
  return `${Math.round(((quantityNumber(limits["memory"] ?? "") ?? 0) / 1024 ** 2) * 0.9)}MiB`;
}

function fromSecret(name: string, secret: pulumi.Input<string>, key: string): k8s.types.input.core.v1.EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
