/** An ingress or Gateway controller: what Chatwoot needs from it, and where it runs. */
export interface Controller {
  name: string;
  /** `spec.controller` of an ingress class or `spec.controllerName` of a Gateway class. */
  id: RegExp;
  /**
   * Annotations of the Ingress for uploads of 40 MB, websockets and the cookies of single sign-on. Default: none needed.
   */
  annotations?: (service: string) => Readonly<Record<string, string>>;
  /** What only the administrator of the cluster can set, as "problem. Fix". */
  needs?: string;
  /** Labels of the pods that visitors' traffic comes from; GATEWAY is the Gateway's name. Default: it comes from no pod. */
  pods?: readonly Readonly<Record<string, string>>[];
  isRetired?: boolean;
}

const name = (value: string) => ({ "app.kubernetes.io/name": value });
/** Set by controllers that run their proxies for each Gateway. */
const ofGateway = { "gateway.networking.k8s.io/gateway-name": "GATEWAY" };

const fromBalancer = (networks: string): string =>
  `its traffic comes from ${networks}, which no namespace matches. List them in kubernetes.networkPolicies.ingressNetworks`;
const ciliumIngress =
  "its traffic has Cilium's identity `ingress`, which no NetworkPolicy matches. Add a CiliumNetworkPolicy with fromEntities: [ingress]";

/**
 * What is not set needs nothing: Traefik, HAProxy, Contour, Envoy and Istio do not limit bodies and keep websockets, on which
 * Chatwoot's server sends a ping every three seconds.
 */
export const controllers: readonly Controller[] = [
  {
    name: "ingress-nginx",
    id: /^k8s\.io\/.*nginx/,
    annotations: () => ({
      "nginx.ingress.kubernetes.io/proxy-body-size": "50m",
      "nginx.ingress.kubernetes.io/proxy-read-timeout": "3600",
      "nginx.ingress.kubernetes.io/proxy-send-timeout": "3600",
      "nginx.ingress.kubernetes.io/proxy-buffer-size": "16k",
    }),
    pods: [name("ingress-nginx"), name("rke2-ingress-nginx"), { name: "nginx-ingress-microk8s" }],
    isRetired: true,
  },
  {
    name: "NGINX Ingress Controller",
    id: /^nginx\.org\/ingress-controller/,
    annotations: (service) => ({
      "nginx.org/client-max-body-size": "50m",
      "nginx.org/proxy-read-timeout": "3600s",
      "nginx.org/proxy-send-timeout": "3600s",
      "nginx.org/proxy-buffer-size": "16k",
      // Without it, buffers of this size exceed the sum of all, and NGINX rejects its configuration.
      "nginx.org/proxy-buffers": "8 16k",
      "nginx.org/websocket-services": service,
    }),
    pods: [name("nginx-ingress")],
  },
  { name: "Traefik", id: /^traefik\.io\//, pods: [name("traefik")] },
  { name: "HAProxy Kubernetes Ingress Controller", id: /^haproxy\.org\//, pods: [name("kubernetes-ingress")] },
  { name: "HAProxy Ingress", id: /^haproxy-ingress\.github\.io\//, pods: [name("haproxy-ingress")] },
  { name: "Contour", id: /^projectcontour\.io\//, pods: [{ "app.kubernetes.io/component": "envoy" }] },
  {
    name: "Istio",
    id: /^istio\.io\/ingress-controller/,
    pods: [name("istio-ingressgateway"), { istio: "ingressgateway" }],
  },
  { name: "Cilium Ingress", id: /^cilium\.io\/ingress-controller/, needs: ciliumIngress },
  {
    name: "AWS Load Balancer Controller",
    id: /^ingress\.k8s\.aws\/alb/,
    annotations: () => ({
      "alb.ingress.kubernetes.io/target-type": "ip",
      "alb.ingress.kubernetes.io/healthcheck-path": "/health",
    }),
    needs: fromBalancer("the load balancer's subnets"),
  },
  {
    name: "Azure Application Gateway",
    id: /^azure\/application-gateway/,
    annotations: () => ({
      "appgw.ingress.kubernetes.io/request-timeout": "3600",
      "appgw.ingress.kubernetes.io/health-probe-path": "/health",
    }),
    needs: fromBalancer("the gateway's subnet"),
  },
  {
    name: "Envoy Gateway",
    id: /^gateway\.envoyproxy\.io\//,
    pods: [{ "gateway.envoyproxy.io/owning-gateway-name": "GATEWAY" }],
  },
  {
    name: "NGINX Gateway Fabric",
    id: /^gateway\.nginx\.org\//,
    needs:
      "it rejects bodies above 1 MB (413), so uploads fail. Create a ClientSettingsPolicy (gateway.nginx.org/v1alpha1) " +
      "with targetRef HTTPRoute chatwoot and body.maxSize: 50m",
    pods: [ofGateway],
  },
  { name: "Istio", id: /^istio\.io\/gateway-controller/, pods: [ofGateway] },
  { name: "Cilium", id: /^io\.cilium\/gateway-controller/, needs: ciliumIngress },
  {
    name: "GKE Gateway",
    id: /^networking\.gke\.io\/gateway/,
    needs:
      "it closes websockets after 30 s, checks the health of / and sends traffic from 130.211.0.0/22 and 35.191.0.0/16. " +
      "Create a GCPBackendPolicy with timeoutSec: 3600 and a HealthCheckPolicy with requestPath: /health, and list both " +
      "networks in kubernetes.networkPolicies.ingressNetworks",
  },
  { name: "AWS Gateway", id: /^gateway\.k8s\.aws\//, needs: fromBalancer("the load balancer's subnets") },
];

/** Controllers of classes with their usual names, where the class cannot be read. */
const usual: Readonly<Record<string, string>> = {
  nginx: "k8s.io/ingress-nginx",
  traefik: "traefik.io/ingress-controller",
  haproxy: "haproxy.org/ingress-controller",
};

/** By what the class says, whatever it is called; otherwise by its usual name. */
export function controllerOf(id: string | undefined, className?: string): Controller | undefined {
  const byId = (wanted: string | undefined) =>
    wanted === undefined ? undefined : controllers.find((each) => each.id.test(wanted));
  return byId(id) ?? byId(className === undefined ? undefined : usual[className]);
}
