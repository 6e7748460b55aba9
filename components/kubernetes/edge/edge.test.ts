import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { controllerOf } from "./controllers.ts";
import { ingressAnnotations, ingressSpec } from "./ingress.ts";
import { memoryState, plain, type RunResult } from "pulumi-embedded-engine";
import { doubles } from "../../../tests/helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../../../tests/helpers/in-process.ts";
import type { Any } from "../../../tests/helpers/stack-files.ts";

const backend = { name: "oauth2-proxy-chatwoot", port: 4180 };
const web = { name: "chatwoot", port: 3000 };

type Change = NonNullable<StackOptions["change"]>;
const withEdge =
  (ingress: object, more: Change = () => {}): Change =>
  (values) => {
    values.settings["kubernetes"].ingress = ingress;
    more(values);
  };
const withoutGate: Change = ({ settings, secrets }) => {
  delete settings["kubernetes"].sso;
  delete secrets["oidcClientId"];
  delete secrets["oidcClientSecret"];
};

async function deploy(change: Change): Promise<RunResult> {
  const run = await stackEngine("prod", { change, providers: doubles }).up(program);
  expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return run;
}
const made = ({ steps }: RunResult) =>
  Object.fromEntries(
    steps.filter(({ name, custom }) => custom && /^edge-/.test(name)).map((step) => [step.name, step]),
  );
const warnings = ({ diagnostics }: RunResult): string =>
  diagnostics
    .filter(({ severity }) => severity === "warning")
    .map(({ message }) => message)
    .join("\n");

describe("annotations", () => {
  const of = (className: string) => controllerOf(undefined, className)?.annotations?.(backend.name) ?? {};
  test.each([
    ["nginx", undefined, /^nginx\.ingress\.kubernetes\.io\//, 4],
    ["traefik", undefined, /./, 0],
    ["haproxy", undefined, /./, 0],
    ["another-class", undefined, /./, 0],
    // By the controller, whatever the class is called.
    ["public", "k8s.io/ingress-nginx", /^nginx\.ingress\.kubernetes\.io\//, 4],
    ["internal", "k8s.io/internal-ingress-nginx", /^nginx\.ingress\.kubernetes\.io\//, 4],
    ["nginx", "nginx.org/ingress-controller", /^nginx\.org\//, 6],
    ["nginx", "traefik.io/ingress-controller", /./, 0],
    ["public", "traefik.io/ingress-controller", /./, 0],
    ["alb", "ingress.k8s.aws/alb", /^alb\.ingress\.kubernetes\.io\//, 2],
    // An unknown controller: by the usual name of the class.
    ["nginx", "sandbox.local/ingress", /^nginx\.ingress\.kubernetes\.io\//, 4],
    ["other", "example.com/ingress", /./, 0],
  ])("%s of %s gets its annotations", (className, controller, owner, count) => {
    const annotations = ingressAnnotations({ className, controller, annotations: {} }, backend.name);
    const own = Object.keys(annotations).filter((key) => key !== "pulumi.com/skipAwait");
    expect(own).toHaveLength(count);
    for (const key of own) expect(key).toMatch(owner);
  });

  test("the NGINX Ingress Controller upgrades websockets only of Services that are named", () => {
    const settings = { className: "nginx", controller: "nginx.org/ingress-controller", annotations: {} };
    expect(ingressAnnotations(settings, backend.name)["nginx.org/websocket-services"]).toBe(backend.name);
  });

  test("the user's annotations override those of the class, and all are kept", () => {
    const name = fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}$/);
    const known = fc.constantFrom(...Object.keys(of("nginx")));
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(name, known), fc.string()),
        fc.constantFrom("nginx", "traefik", "other"),
        fc.option(fc.constant("letsencrypt"), { nil: undefined }),
        (annotations, className, clusterIssuer) => {
          const all = ingressAnnotations({ className, clusterIssuer, annotations }, backend.name);
          expect(all).toMatchObject(annotations);
          expect(Object.keys(all)).toEqual(expect.arrayContaining(Object.keys(of(className))));
          expect(all["cert-manager.io/cluster-issuer"]).toBe(clusterIssuer);
        },
      ),
    );
  });
});

test("an Ingress has TLS exactly when there is an issuer", () => {
  const settings = { className: "traefik", annotations: {} };
  expect(ingressSpec("chat.example.com", { backend, web }, settings)).not.toHaveProperty("tls");
  expect(ingressSpec("chat.example.com", { backend, web }, { ...settings, clusterIssuer: "letsencrypt" }).tls).toEqual([
    { hosts: ["chat.example.com"], secretName: "chatwoot-tls" },
  ]);
});

describe("help centers with their own domains", () => {
  const helpCenterHosts = ["help.example.com", "hilfe.example.com"];

  test("by Ingress: only the front page reaches web, and each domain has its certificate", () => {
    const settings = { className: "traefik", annotations: {}, clusterIssuer: "letsencrypt", helpCenterHosts };
    const { rules, tls } = ingressSpec("chat.example.com", { backend, web }, settings) as Any;
    const paths = rules.map(({ host, http }: Any) => [
      host,
      ...http.paths.map(({ path, pathType, backend: { service } }: Any) => `${pathType} ${path} ${service.name}`),
    ]);
    const help = ["Exact / chatwoot", "Prefix / oauth2-proxy-chatwoot"];
    expect(paths).toEqual([
      ["chat.example.com", "Prefix / oauth2-proxy-chatwoot"],
      ["help.example.com", ...help],
      ["hilfe.example.com", ...help],
    ]);
    expect(tls.map(({ hosts, secretName }: Any) => [...hosts, secretName])).toEqual([
      ["chat.example.com", "chatwoot-tls"],
      ["help.example.com", "chatwoot-tls-help.example.com"],
      ["hilfe.example.com", "chatwoot-tls-hilfe.example.com"],
    ]);
  });

  test("by Gateway: a separate route", async () => {
    const gateway = { name: "public", namespace: "gateways" };
    const routes = made(await deploy(withEdge({ mode: "gateway", gateway, helpCenterHosts })));
    expect(Object.keys(routes)).toEqual(["edge-route", "edge-help"]);
    const { metadata, spec } = plain(routes["edge-help"]!.inputs);
    expect([metadata.name, spec.hostnames]).toEqual(["chatwoot-help", helpCenterHosts]);
    expect(spec.rules.map(({ matches, backendRefs }: Any) => [matches[0].path.type, backendRefs[0].name])).toEqual([
      ["Exact", "chatwoot"],
      ["PathPrefix", "oauth2-proxy-chatwoot"],
    ]);
  });
});

describe("the stack", () => {
  test("ingress-nginx: an Ingress, and a warning with the settings to use instead", async () => {
    const run = await deploy(withEdge({ mode: "ingress", className: "nginx", clusterIssuer: "letsencrypt" }));
    expect(Object.keys(made(run))).toEqual(["edge-ingress"]);
    expect(made(run)["edge-ingress"]!.inputs["spec"].rules[0].http.paths[0].backend.service).toEqual({
      name: backend.name,
      port: { number: backend.port },
    });
    expect(warnings(run)).toContain("retired");
    expect(warnings(run)).toContain(
      "ingress: { mode: gateway, gateway: { name: YOUR-GATEWAY, namespace: ITS-NAMESPACE }, clusterIssuer: letsencrypt }",
    );
  });

  test("another class: an Ingress without a warning", async () => {
    const run = await deploy(withEdge({ mode: "ingress", className: "traefik" }));
    expect(Object.keys(made(run))).toEqual(["edge-ingress"]);
    expect(warnings(run)).toBe("");
  });

  test("without single sign-on, requests go to web", async () => {
    const run = await deploy(withEdge({ mode: "ingress", className: "traefik" }, withoutGate));
    expect(made(run)["edge-ingress"]!.inputs["spec"].rules[0].http.paths[0].backend.service).toEqual({
      name: "chatwoot",
      port: { number: 3000 },
    });
  });

  test("a Gateway with its own certificate: only a route", async () => {
    const gateway = { name: "public", namespace: "gateways", sectionName: "https" };
    const run = await deploy(withEdge({ mode: "gateway", gateway }));
    expect(Object.keys(made(run))).toEqual(["edge-route"]);
    expect(made(run)["edge-route"]!.inputs).toMatchObject({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "chatwoot", namespace: "chatwoot" },
    });
    expect(made(run)["edge-route"]!.inputs["spec"]).toEqual({
      parentRefs: [gateway],
      hostnames: ["chat.newjoy.ro"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: [backend],
          timeouts: { request: "0s", backendRequest: "0s" },
        },
      ],
    });
  });

  test("a Gateway with an issuer: also a certificate, which its namespace may read", async () => {
    const gateway = { name: "public", namespace: "gateways" };
    const run = await deploy(withEdge({ mode: "gateway", gateway, clusterIssuer: "letsencrypt" }));
    const objects = made(run);
    expect(Object.keys(objects).sort()).toEqual(["edge-certificate", "edge-certificate-grant", "edge-route"]);
    expect(objects["edge-certificate"]!.inputs["spec"]).toMatchObject({
      secretName: "chatwoot-tls",
      dnsNames: ["chat.newjoy.ro"],
      issuerRef: { kind: "ClusterIssuer", name: "letsencrypt" },
    });
    expect(objects["edge-certificate-grant"]!.inputs["spec"]).toEqual({
      from: [{ group: "gateway.networking.k8s.io", kind: "Gateway", namespace: "gateways" }],
      to: [{ group: "", kind: "Secret", name: "chatwoot-tls" }],
    });
  });

  test("none: nothing", async () => {
    expect(made(await deploy(withEdge({ mode: "none" })))).toEqual({});
  });

  test("from an Ingress to a Gateway, only the entry point changes", async () => {
    const state = memoryState();
    await stackEngine("prod", { providers: doubles, state }).up(program);
    const change = withEdge({ mode: "gateway", gateway: { name: "public", namespace: "gateways" } });
    const { steps } = await stackEngine("prod", { providers: doubles, state, change }).preview(program);
    const changed = steps.filter(({ op }) => op !== "same").map(({ op, name }) => `${op} ${name}`);
    expect(changed.filter((line) => !/ network/.test(line)).sort()).toEqual([
      "create edge-route",
      "delete edge-ingress",
    ]);
  });
});
