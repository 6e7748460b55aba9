import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { KubernetesConfig } from "../../../config/schema.ts";
import { parseConfig } from "../../../stacks/parse.ts";
import { rawConfig } from "../../../tests/helpers/stack-files.ts";
import { commandsFor, quote } from "./commands.ts";
import { preflight } from "./preflight.ts";
import { useApiServer, writeKubeconfig, type Answer } from "./test-api-server.ts";

/* Who reads the cluster, by which kubeconfig, and the root keys there. */

const api = useApiServer();
const { errorOf } = api;

describe("rights", () => {
  test("that are missing are named, with the command that lists the user's rights", async () => {
    api.denied = ["deployments.apps", "clusters.postgresql.cnpg.io", "namespaces"];
    expect(await errorOf()).toContain(
      "kubernetes.context: its user may not create deployments.apps, clusters.postgresql.cnpg.io. " +
        "Request these rights in the namespace chatwoot; list your rights with " +
        "`kubectl --context newjoy auth can-i --list --namespace chatwoot`.",
    );
  });

  test("to create the namespace are needed only if it does not exist", async () => {
    api.denied = ["namespaces"];
    expect(await errorOf()).toBe("nothing");
    delete api.world["/api/v1/namespaces/chatwoot"];
    expect(await errorOf()).toContain("may not create the namespace chatwoot, which does not exist.");
  });
});

describe("the kubeconfig", () => {
  test("without the context: the available contexts are listed", async () => {
    const [a, b] = [join(api.folder, "a"), join(api.folder, "b")];
    writeKubeconfig(a, "home", "https://192.0.2.1");
    writeKubeconfig(b, "work", "https://192.0.2.2");
    expect(await errorOf(() => {}, { KUBECONFIG: `${a}:${b}` })).toBe(
      "The cluster of context newjoy has 1 problem; nothing was changed:\n" +
        "  chatwoot:kubernetes.context: is newjoy, but the kubeconfig has home, work. Set one of those, or set KUBECONFIG to another file.",
    );
  });

  test("that does not exist", async () => {
    expect(await errorOf(() => {}, { HOME: api.folder })).toContain(
      `there is no kubeconfig at ${join(api.folder, ".kube", "config")}. Set KUBECONFIG to its path`,
    );
  });

  test("that is invalid", async () => {
    const path = join(api.folder, "broken");
    writeFileSync(path, "a: [planted");
    const message = await errorOf(() => {}, { KUBECONFIG: path });
    expect(message).toContain(`${path} is not a valid kubeconfig`);
    expect(message.split("\n")).toHaveLength(2);
  });

  test("whose server does not answer, with the workaround", async () => {
    const path = join(api.folder, "dead");
    writeKubeconfig(path, "newjoy", "http://127.0.0.1:1");
    expect(await errorOf(() => {}, { KUBECONFIG: path })).toMatch(
      /does not answer: connect ECONNREFUSED 127\.0\.0\.1:1\. Try `kubectl --context newjoy version`, or set CHATWOOT_SKIP_PREFLIGHT=1/,
    );
  });
});

describe("the root keys in the cluster", () => {
  const path = "/api/v1/namespaces/chatwoot/secrets/chatwoot-secrets";
  const secret = { kind: "Secret", data: { SECRET_KEY_BASE: Buffer.from("planted-base").toString("base64") } };
  const settings = () => parseConfig(rawConfig("prod")).settings as KubernetesConfig;
  const asked = () => preflight(settings(), { KUBECONFIG: api.kubeconfig });
  const keys = async () => (await asked()).present;
  const unread = (why: string): string =>
    "The cluster of context newjoy has 1 problem; nothing was changed:\n" +
    `  chatwoot:kubernetes.namespace: the root keys in the Secret chatwoot/chatwoot-secrets cannot be read: ${why}.`;

  test("are read", async () => {
    api.world[path] = secret;
    expect(await keys()).toEqual({ SECRET_KEY_BASE: "planted-base" });
  });

  test("are read again, and a failure then is an error too", async () => {
    api.world[path] = [404, secret, 403];
    const { readAgain } = await asked();
    expect(await readAgain!()).toEqual({ SECRET_KEY_BASE: "planted-base" });
    await expect(readAgain!()).rejects.toThrow("you may not `get` the Secret (403)");
  });

  test("are empty without a Secret", async () => {
    api.world[path] = 404;
    expect(await keys()).toEqual({});
  });

  const again = "Run the same command again";
  const empty =
    "the Secret has no data. Run the same command again; delete the Secret if it is also empty in " +
    "`kubectl --context newjoy --namespace chatwoot get secret chatwoot-secrets --output yaml`";
  const unreadable: [what: string, answer: Answer, tries: number, why: string][] = [
    ["500", 500, 3, `the API server answered 500. ${again}`],
    ["503", 503, 3, `the API server answered 503. ${again}`],
    ["429", 429, 3, `the API server answered 429. ${again}`],
    [
      "403",
      403,
      1,
      "you may not `get` the Secret (403). Request this right in the namespace chatwoot, then run the same command again; " +
        "check it with `kubectl --context newjoy --namespace chatwoot auth can-i get secrets/chatwoot-secrets`",
    ],
    ["401", 401, 1, "the API server rejected your login (401). Log in, then run the same command again"],
    ["409", 409, 1, `the API server answered 409. ${again}`],
    ["a redirect", 302, 1, `the API server answered 302. ${again}`],
    ["a page that is not JSON", { raw: "<html>planted</html>" }, 1, `the answer is not a Secret. ${again}`],
    ["an empty answer", { raw: "" }, 1, `the answer is not a Secret. ${again}`],
    ["JSON of another kind", { hello: "world" }, 1, `the answer is not a Secret. ${again}`],
    ["null", { raw: "null" }, 1, `the answer is not a Secret. ${again}`],
    ["a Secret without data", { kind: "Secret" }, 1, empty],
    ["a Secret whose data is empty", { kind: "Secret", data: {} }, 1, empty],
  ];
  test.each(unreadable)("stop the run after %s", async (_what, answer, tries, why) => {
    api.world[path] = answer;
    const message = await errorOf();
    expect(message).toBe(unread(why));
    expect(api.count(path)).toBe(tries);
  });

  test("stop the run after a connection reset", async () => {
    api.world[path] = "reset";
    expect(await errorOf()).toMatch(/kubernetes\.context: stopped answering: .+\. Run the same command again\.$/);
  });

  test.each([[[503, secret]], [[429, 500, secret]]])("are read after %o", async (answers) => {
    api.world[path] = answers;
    expect(await keys()).toEqual({ SECRET_KEY_BASE: "planted-base" });
    expect(api.count(path)).toBe(answers.length);
  });

  test("are reported as unread together with all other problems", async () => {
    Object.assign(api.world, { [path]: 403, "/apis/barmancloud.cnpg.io/v1": 404 });
    const message = await errorOf();
    expect(message).toContain("has 2 problems");
    expect(message).toContain("plugin-barman-cloud");
    expect(message).toContain("you may not `get` the Secret (403)");
  });
});

test("commands are quoted for a shell", () => {
  expect(quote("arn:aws:eks:eu-west-1:1:cluster/x")).toBe("arn:aws:eks:eu-west-1:1:cluster/x");
  expect(quote("my cluster's")).toBe(`'my cluster'\\''s'`);
  expect(commandsFor("my cluster", { operatorNamespace: "cnpg" }).cloudNativePg).toBe(
    "helm install --kube-context 'my cluster' cloudnative-pg cloudnative-pg --repo https://cloudnative-pg.github.io/charts " +
      "--version 0.29.0 --namespace cnpg --create-namespace",
  );
});
