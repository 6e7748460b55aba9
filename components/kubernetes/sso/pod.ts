import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { versions } from "../../../config/versions.ts";
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
}

/** User of the image. */
const nobody = 65532;
/** Each websocket holds about 100 KB: enough for a thousand visitors and a thousand more. */
const memoryMb = 256;

/** A pod of oauth2-proxy that complies with the Pod Security level `restricted`. */
export function proxyPod(args: ProxyPodArgs): k8s.types.input.core.v1.PodSpec {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(nobody, nobody),
    topologySpreadConstraints: spreadOverNodes(args.labels),
    volumes: [{ name: "pages", configMap: { name: args.pages } }],
    containers: [
      {
        name: "oauth2-proxy",
        image: versions.oauth2ProxyImage,
        args: proxyFlags(args),
        env: [
          fromSecret("OAUTH2_PROXY_CLIENT_ID", args.clientSecret, "client-id"),
          fromSecret("OAUTH2_PROXY_CLIENT_SECRET", args.clientSecret, "client-secret"),
          fromSecret("OAUTH2_PROXY_COOKIE_SECRET", args.cookieSecret, "cookie-secret"),
          { name: "GOMEMLIMIT", value: `${Math.round(memoryMb * 0.9)}MiB` },
        ],
        ports: [
          { name: "http", containerPort: proxyPort },
          { name: "metrics", containerPort: proxyMetricsPort },
        ],
        volumeMounts: [{ name: "pages", mountPath: pagesFolder, readOnly: true }],
        resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: `${memoryMb}Mi` } },
        readinessProbe: { httpGet: { path: "/ready", port: proxyPort }, periodSeconds: 5, timeoutSeconds: 3 },
        livenessProbe: { httpGet: { path: "/ping", port: proxyPort }, periodSeconds: 15, timeoutSeconds: 5 },
        // In these seconds, clients that still send requests here learn that the pod stops.
        lifecycle: { preStop: { sleep: { seconds: 5 } } },
        securityContext: restrictedContainer,
      },
    ],
  };
}

function fromSecret(name: string, secret: pulumi.Input<string>, key: string): k8s.types.input.core.v1.EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
