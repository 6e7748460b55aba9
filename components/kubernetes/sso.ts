import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { password } from "../chatwoot/generated-secrets.ts";
import { versions } from "../versions.ts";
import { checksumAnnotations, skipAwait } from "./annotations.ts";
import { fingerprint } from "./environment.ts";
import { objectNames, podLabels, selectorLabels } from "./names.ts";
import { restrictedContainer, restrictedPod } from "./pod-security.ts";
import { publicRoutePatterns } from "./sso-routes.ts";

export interface SsoArgs {
  namespace: pulumi.Input<string>;
  /** Public address of Chatwoot. */
  url: string;
  /** Address of the OpenID Connect issuer. */
  issuer: string;
  publicApi: boolean;
  clientId: pulumi.Output<string>;
  clientSecret: pulumi.Output<string>;
  /** Where signed-on requests go. */
  upstream: { name: string; port: number };
  secretKeyBase: pulumi.Output<string>;
}

const port = 4180;
const metricsPort = 44180;

/** oauth2-proxy in line: every request passes through it, and sso-routes.ts says which need no sign-on. */
export class SingleSignOn extends pulumi.ComponentResource {
  readonly service = { name: objectNames.proxy, port };

  constructor(name: string, args: SsoArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:SingleSignOn", name, {}, opts);
    const { namespace } = args;
    const parent = { parent: this };
    const metadata = { name: objectNames.proxy, namespace };
    const values = {
      "client-id": args.clientId,
      "client-secret": args.clientSecret,
      // 32 letters and digits are read as base64 of 24 bytes, one of the sizes that AES takes.
      "cookie-secret": password(`${name}-cookie-secret`, 32, parent),
    };
    const secret = new k8s.core.v1.Secret(`${name}-secret`, { metadata, stringData: values }, parent);
    const labels = selectorLabels(objectNames.proxy);
    const annotations = { [checksumAnnotations.secrets]: fingerprint(args.secretKeyBase, values) };
    const deployment = new k8s.apps.v1.Deployment(
      `${name}-proxy`,
      {
        metadata,
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels: podLabels(objectNames.proxy, "proxy"), annotations },
            spec: podSpec(args, secret.metadata.name),
          },
        },
      },
      parent,
    );
    new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: { ...metadata, annotations: skipAwait },
        spec: { selector: labels, ports: [{ name: "http", port }] },
      },
      { ...parent, dependsOn: deployment },
    );
    this.registerOutputs();
  }
}

/** The flags that were proved against the real binary; `--reverse-proxy` is not among them: it lets a client name its route. */
export function proxyFlags({
  url,
  issuer,
  publicApi,
  upstream,
}: Pick<SsoArgs, "url" | "issuer" | "publicApi" | "upstream">): string[] {
  return [
    "--provider=oidc",
    `--oidc-issuer-url=${issuer}`,
    "--scope=openid email profile groups",
    "--code-challenge-method=S256",
    "--insecure-oidc-skip-nonce=false",
    `--redirect-url=${url}/oauth2/callback`,
    "--email-domain=*",
    `--http-address=0.0.0.0:${port}`,
    `--metrics-address=0.0.0.0:${metricsPort}`,
    `--upstream=http://${upstream.name}:${upstream.port}/`,
    "--proxy-websockets=true",
    "--pass-host-header=true",
    "--upstream-timeout=60s",
    "--skip-provider-button=true",
    "--silence-ping-logging=true",
    "--cookie-name=__Host-oauth2_proxy",
    "--cookie-secure=true",
    "--cookie-httponly=true",
    "--cookie-samesite=lax",
    "--cookie-refresh=30m",
    "--cookie-csrf-per-request=true",
    "--cookie-csrf-per-request-limit=5",
    "--api-route=^/(api|auth|platform|enterprise|rails/active_storage/direct_uploads)(/|$)",
    ...publicRoutePatterns(publicApi).map((route) => `--skip-auth-route=${route}`),
  ];
}

function podSpec(args: SsoArgs, secret: pulumi.Input<string>): k8s.types.input.core.v1.PodSpec {
  const fromSecret = (name: string, key: string): k8s.types.input.core.v1.EnvVar => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  return {
    automountServiceAccountToken: false,
    securityContext: restrictedPod(65532, 65532),
    containers: [
      {
        name: "oauth2-proxy",
        image: versions.oauth2ProxyImage,
        args: proxyFlags(args),
        env: [
          fromSecret("OAUTH2_PROXY_CLIENT_ID", "client-id"),
          fromSecret("OAUTH2_PROXY_CLIENT_SECRET", "client-secret"),
          fromSecret("OAUTH2_PROXY_COOKIE_SECRET", "cookie-secret"),
        ],
        ports: [
          { name: "http", containerPort: port },
          { name: "metrics", containerPort: metricsPort },
        ],
        resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "128Mi" } },
        readinessProbe: { httpGet: { path: "/ready", port }, periodSeconds: 5 },
        livenessProbe: { httpGet: { path: "/ping", port }, periodSeconds: 15 },
        securityContext: restrictedContainer,
      },
    ],
  };
}
