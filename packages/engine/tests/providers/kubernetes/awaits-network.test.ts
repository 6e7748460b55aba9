import { describe, expect, test } from "vitest";
import type { Props } from "../../../src/values.ts";
import { ingressAwaiter } from "../../../src/providers/kubernetes/await/ingress.ts";
import { serviceAwaiter } from "../../../src/providers/kubernetes/await/service.ts";
import { judgeClaim } from "../../../src/providers/kubernetes/await/volumes.ts";
import { seen } from "../support/observation.ts";

describe("Service", () => {
  const { judge } = serviceAwaiter(10_000);
  const service = (spec: Props, status: Props = {}) => ({ spec: { selector: { app: "web" }, ...spec }, status });
  const endpoints = (subset: Props) => ({ Endpoints: [{ metadata: { name: "web" }, subsets: [subset] }] });
  const some = endpoints({ addresses: [{ ip: "10.0.0.1" }] });

  test.each([
    ["headless", service({ clusterIP: "None" }), {}, 0, true],
    ["an external name", service({ type: "ExternalName" }), {}, 0, true],
    ["without a selector", service({ selector: {} }), {}, 0, true],
    ["settled endpoints", service({}), some, 10_000, true],
    ["endpoints that just changed", service({}), some, 9_000, false],
    ["no endpoints yet", service({}), {}, 60_000, false],
    ["targets nothing, settled", service({}), { Endpoints: [{ metadata: { name: "web" } }] }, 10_000, true],
    ["pending endpoints", service({}), endpoints({ notReadyAddresses: [{ ip: "10.0.0.1" }] }), 60_000, false],
    ["a load balancer without address", service({ type: "LoadBalancer" }), some, 60_000, false],
    [
      "a load balancer",
      service({ type: "LoadBalancer" }, { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } }),
      some,
      60_000,
      true,
    ],
  ])("%s", (_title, object, related, quiet, ready) => {
    expect(judge(seen(object, { related, quietMs: { Endpoints: quiet } })).ready).toBe(ready);
  });

  test("checks again when the endpoints have settled", () => {
    expect(judge(seen(service({}), { related: some, quietMs: { Endpoints: 4_000 } })).recheckMs).toBe(6_000);
  });
});

describe("Ingress", () => {
  const { judge } = ingressAwaiter(10_000);
  const ingress = (addresses: Props[]) => ({
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: "web" } } }] } }] },
    status: { loadBalancer: { ingress: addresses } },
  });
  const named = (name: string) => ({ metadata: { name } });

  test.each([
    ["address and target", ingress([{ ip: "1" }]), { Endpoints: [named("web")] }, 0, true],
    ["no address", ingress([]), { Endpoints: [named("web")] }, 0, false],
    ["no target, not settled", ingress([{ ip: "1" }]), { Endpoints: [named("other")] }, 5_000, false],
    ["no target, settled", ingress([{ ip: "1" }]), { Endpoints: [named("other")] }, 10_000, true],
    [
      "an external name",
      ingress([{ ip: "1" }]),
      { Service: [{ ...named("web"), spec: { type: "ExternalName" } }] },
      0,
      true,
    ],
  ])("%s", (_title, object, related, quiet, ready) => {
    expect(judge(seen(object, { related, quietMs: { Endpoints: quiet } })).ready).toBe(ready);
  });
});

describe("PersistentVolumeClaim", () => {
  const classes = {
    StorageClass: [
      { metadata: { name: "late" }, volumeBindingMode: "WaitForFirstConsumer" },
      { metadata: { name: "now" }, volumeBindingMode: "Immediate" },
    ],
  };
  test.each([
    ["now", "Bound", true],
    ["now", "Pending", false],
    ["late", "Pending", true],
    ["late", "Bound", true],
    ["unknown", "Pending", false],
  ])("of class %s, %s", (storageClassName, phase, ready) => {
    expect(judgeClaim(seen({ spec: { storageClassName }, status: { phase } }, { related: classes })).ready).toBe(ready);
  });
});
