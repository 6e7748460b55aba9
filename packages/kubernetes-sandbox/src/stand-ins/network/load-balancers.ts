import type { KubeObject } from "../../kube-client.ts";
import type { Context, Outcome, StandIn } from "../stand-in.ts";

/** Addresses reserved for documentation, which belong to no real server. */
const serviceAddress = "192.0.2.10";
const ingressAddress = "192.0.2.20";

async function giveAddress(
  kind: "Service" | "Ingress",
  object: KubeObject,
  ip: string,
  context: Context,
): Promise<void> {
  if (object.status?.loadBalancer?.ingress?.length) return;
  await context.patch(kind, object, { status: { loadBalancer: { ingress: [{ ip }] } } }, "status");
}

/** Assigns addresses to services of type LoadBalancer. */
export const loadBalancers: StandIn = {
  name: "load-balancer",
  kind: "Service",
  wakes: [],
  async reconcile(service, context) {
    if (service.spec.type === "LoadBalancer") await giveAddress("Service", service, serviceAddress, context);
    return undefined;
  },
};

/** Assigns addresses to ingresses whose class exists. */
export const ingresses: StandIn = {
  name: "ingress",
  kind: "Ingress",
  wakes: ["IngressClass"],
  async reconcile(ingress, context): Promise<Outcome | undefined> {
    const legacy = ingress.metadata.annotations?.["kubernetes.io/ingress.class"];
    const name = (ingress.spec.ingressClassName as string | undefined) ?? legacy;
    if (name === undefined || !context.world.get("IngressClass", undefined, name)) return { waiting: true };
    await giveAddress("Ingress", ingress, ingressAddress, context);
    return undefined;
  },
};
