import { describe, expect, test } from "vitest";
import { isSecret, plain, secret, type ProviderFactory, type Step } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine } from "../helpers/in-process.ts";
import { openTexts } from "../helpers/open-texts.ts";
import type { Any } from "../helpers/stack-files.ts";

interface Gate {
  steps: Step[];
  /** One object of the gate by its resource's name. */
  object: (name: string) => Any;
}

const ownSecrets = ["oidcClientId", "oidcClientSecret"];

/** Prod's objects for single sign-on with these settings. */
async function gateWith(sso: object, kubernetes: ProviderFactory = doubles.kubernetes): Promise<Gate> {
  const run = await stackEngine("prod", {
    providers: { ...doubles, kubernetes },
    change: ({ settings, secrets }) => {
      Object.assign(settings["kubernetes"].sso, sso);
      if ("credentials" in sso) for (const key of ownSecrets) delete secrets[key];
      else for (const key of ownSecrets) secrets[key] = `planted-${key}`;
    },
  }).up(program);
  expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const steps = run.steps.filter(({ name }) => name.startsWith("sso"));
  return { steps, object: (name) => plain(steps.find((step) => step.name === name)!.inputs) };
}

const container = (gate: Gate): Any => gate.object("sso-proxy").spec.template.spec.containers[0];
const secretsRead = (gate: Gate): string[] =>
  container(gate)
    .env.filter(({ valueFrom }: Any) => valueFrom !== undefined)
    .map(({ name, valueFrom }: Any) => `${name} ${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`);

describe("the gate", () => {
  test("is a Deployment of two pods, spread, drained one by one, behind one port", async () => {
    const gate = await gateWith({});
    const { replicas, strategy, template, selector } = gate.object("sso-proxy").spec;
    expect([replicas, strategy.rollingUpdate]).toEqual([2, { maxSurge: 1, maxUnavailable: 0 }]);
    const labels = selector.matchLabels;
    expect(template.metadata.labels).toMatchObject(labels);
    expect(template.spec.topologySpreadConstraints).toMatchObject([
      { topologyKey: "kubernetes.io/hostname", maxSkew: 1, labelSelector: { matchLabels: labels } },
    ]);
    expect(gate.object("sso-disruption-budget").spec).toMatchObject({
      maxUnavailable: 1,
      selector: { matchLabels: labels },
    });
    expect(gate.object("sso-service").spec).toEqual({ selector: labels, ports: [{ name: "http", port: 4180 }] });
    expect(container(gate).ports).toEqual([
      { name: "http", containerPort: 4180 },
      { name: "metrics", containerPort: 44180 },
    ]);
  });

  test("meets the Pod Security level restricted, and mounts no service account token", async () => {
    const gate = await gateWith({});
    const { spec } = gate.object("sso-proxy").spec.template;
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(container(gate).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("with one replica has no budget that would block the drain of its node", async () => {
    const gate = await gateWith({ replicas: 1 });
    expect(gate.object("sso-proxy").spec.replicas).toBe(1);
    expect(gate.steps.map(({ name }) => name)).not.toContain("sso-disruption-budget");
  });

  test("has the flags of its settings", async () => {
    const gate = await gateWith({
      publicApi: false,
      allowedGroups: ["support", "Chat Admins"],
      emailDomains: ["newjoy.ro"],
      publicRoutes: ["POST=^/book/"],
    });
    const { args } = container(gate);
    expect(args).toEqual(
      expect.arrayContaining([
        "--redirect-url=https://chat.newjoy.ro/oauth2/callback",
        "--upstream=http://chatwoot:3000/",
        "--allowed-group=support",
        "--allowed-group=Chat Admins",
        "--email-domain=newjoy.ro",
        "--skip-auth-route=POST=^/book/",
      ]),
    );
    expect(args).not.toContain("--skip-auth-route=^/api/v[12]/");
    expect(args).not.toContain("--email-domain=*");
  });
});

const reads = (client: string, cookie: string): string[] => [
  `OAUTH2_PROXY_CLIENT_ID ${client}/client-id`,
  `OAUTH2_PROXY_CLIENT_SECRET ${client}/client-secret`,
  `OAUTH2_PROXY_COOKIE_SECRET ${cookie}/cookie-secret`,
];
const checksum = (gate: Gate): string =>
  gate.object("sso-proxy").spec.template.metadata.annotations["checksum/secrets"];

/** A cluster in which an external Secret contains these values. */
function clusterWith(id: string, values: Record<string, string>): ProviderFactory {
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
  return (...args) => ({
    ...doubles.kubernetes(...args),
    read: (asked) =>
      Promise.resolve(
        asked === id ? { id, outputs: { metadata: { name: id.split("/")[1] }, data: secret(data) } } : undefined,
      ),
  });
}
const theirs = (clientSecret: string) => ({ "client-id": "planted-id", "client-secret": clientSecret });

describe("its secrets", () => {
  test("are one Secret with the seed's name and keys", async () => {
    const gate = await gateWith({});
    const { metadata, stringData } = gate.object("sso-secret");
    expect(metadata.name).toBe("oauth2-proxy-chatwoot");
    expect(stringData).toEqual({
      "client-id": "planted-oidcClientId",
      "client-secret": "planted-oidcClientSecret",
      "cookie-secret": "planted-sso-cookie-secret",
    });
    expect(secretsRead(gate)).toEqual(reads("oauth2-proxy-chatwoot", "oauth2-proxy-chatwoot"));
    expect(gate.steps.map(({ name }) => name)).not.toContain("sso-cookie");
  });

  test.each<[string, object, string, string]>([
    ["an existing one", { from: "existing", name: "oidc-client" }, "chatwoot/oidc-client", "oidc-client"],
    [
      "one in another namespace",
      { from: "copied", namespace: "pocket-id", name: "chatwoot-client" },
      "pocket-id/chatwoot-client",
      "oauth2-proxy-chatwoot",
    ],
  ])("of the client may be %s; the cookie's key is then beside it", async (_what, credentials, id, client) => {
    const gate = await gateWith({ credentials }, clusterWith(id, theirs("planted-theirs")));
    expect(secretsRead(gate)).toEqual(reads(client, "oauth2-proxy-chatwoot-cookie"));
    expect(gate.object("sso-cookie").stringData).toEqual({ "cookie-secret": "planted-sso-cookie-secret" });
    const open = gate.steps.flatMap(({ inputs, outputs }) => [...openTexts(inputs), ...openTexts(outputs ?? {})]);
    expect(open.filter((text) => text.includes("planted-"))).toEqual([]);
    // Another value in the Secret rolls the pods at the next deployment.
    const rotated = await gateWith({ credentials }, clusterWith(id, theirs("planted-rotated")));
    expect(checksum(gate)).toMatch(/^[0-9a-f]{32}-[0-9a-f]{32}$/);
    expect(checksum(rotated)).not.toBe(checksum(gate));
  });

  test("of the client may come from External Secrets", async () => {
    const gate = await gateWith({ credentials: { from: "external", store: "vault", path: "chatwoot/oidc" } });
    expect(gate.object("sso-secret-external")).toMatchObject({
      kind: "ExternalSecret",
      metadata: { name: "oauth2-proxy-chatwoot" },
    });
    expect(secretsRead(gate)).toEqual(reads("oauth2-proxy-chatwoot", "oauth2-proxy-chatwoot-cookie"));
    const proxy = gate.steps.find(({ name }) => name === "sso-proxy")!;
    expect(isSecret(proxy.inputs["spec"])).toBe(false);
  });
});
