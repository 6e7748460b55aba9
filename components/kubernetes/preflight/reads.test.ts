import { describe, expect, test, vi } from "vitest";
import * as pulumi from "@pulumi/pulumi";
import { apiServer } from "./api.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import {
  backupFrom,
  data,
  existing,
  fromAll,
  gatewayOf,
  gateways,
  useApiServer,
  whole,
  type Answer,
  type World,
} from "./test-api-server.ts";
import type { Change } from "./test-world.ts";

/* Reads that fail: "could not be read" is not "does not exist". */

const api = useApiServer();
const { errorOf } = api;

/** The faults of one read that is neither the object nor its absence. */
const faults: [what: string, answer: Answer][] = [
  ["429", 429],
  ["500", 500],
  ["502", 502],
  ["503", 503],
  ["504", 504],
  ["401", 401],
  ["409", 409],
  ["a redirect", 302],
  ["a page that is not JSON", { raw: "<html>planted</html>" }],
  ["an empty answer", { raw: "" }],
  ["null", { raw: "null" }],
  ["JSON of something else", { raw: '{"hello":"world"}' }],
];
/** What only "it is not there" may say. */
const absent = /Install|does not exist|has no |has none|not serve|lacks|may not create|has public/;

/** Everything that the preflight can read, in two configurations. */
const everything: [Change, World][] = [
  [
    (values) => {
      backupFrom({ from: "existing", name: "b2" })(values);
      values.settings["kubernetes"].monitoring = {};
      values.settings["kubernetes"].scaling = { worker: { max: 3 } };
    },
    { [existing]: data(["ACCESS_KEY_ID", "ACCESS_SECRET_KEY"]) },
  ],
  [
    (values) => {
      gatewayOf({})(values);
      backupFrom({ from: "external", store: "vault", path: "b2" })(values);
      values.settings["kubernetes"].install = { cloudNativePg: true };
    },
    { ...gateways(fromAll) },
  ],
];

describe.each(everything)("every read, of configuration %#", (change, has) => {
  const read = async (): Promise<string[]> => {
    await errorOf(change);
    return [...new Set(api.asked.map((line) => line.split(" ")[1]!))].filter((path) => path !== "/version");
  };

  test.each(faults)(
    "that answers %s could not be asked: the run ends, and nothing is called missing",
    async (_what, answer) => {
      api.world = { ...whole, ...has };
      const paths = await read();
      expect(paths.length).toBeGreaterThan(9);
      api.world = { "/version": whole["/version"]!, ...Object.fromEntries(paths.map((path) => [path, answer])) };
      const message = await errorOf(change);
      const lines = message.split("\n").slice(1);
      expect(lines.length).toBeGreaterThan(9);
      expect(lines.filter((line) => !/un the same command again/.test(line))).toEqual([]);
      expect(message).not.toMatch(absent);
      expect(message).not.toContain("planted");
    },
  );

  test("alone: the run ends after any of them, and names the path", async () => {
    api.world = { ...whole, ...has };
    for (const path of await read()) {
      api.world = { ...whole, ...has, [path]: { raw: "<html>" } };
      const found = (await errorOf(change)).split("\n").filter((line) => line.includes("un the same command again"));
      // What tells an adoption alone is taken for another owner's if it cannot be read.
      if (!/\/(deployments|statefulsets)\/|\/clusters\/chatwoot-db$/.test(path))
        expect(found.length, path).toBeGreaterThan(0);
      for (const line of found) expect(line).toContain(path.split("/").at(-1));
    }
  });

  test("that the user may not make is assumed, and reported once with every setting", async () => {
    api.world = { ...whole, ...has };
    const paths = await read();
    const keys = "/api/v1/namespaces/chatwoot/secrets/";
    const denied = paths.filter((path) => !path.startsWith(keys));
    api.world = { ...api.world, ...Object.fromEntries(denied.map((path) => [path, 403])) };
    const warn = vi.spyOn(pulumi.log, "warn").mockReturnValue(Promise.resolve());
    expect(await errorOf(change)).not.toMatch(absent);
    const warnings = warn.mock.calls
      .map(([message]) => message)
      .filter((message) => message.includes("lacks the right"));
    expect(warnings).toHaveLength(1);
    for (const key of [
      "kubernetes.redis.storageClass",
      "kubernetes.postgres.image",
      "image",
      "kubernetes.namespace",
      "kubernetes.context",
    ])
      expect(warnings[0]).toContain(key);
    warn.mockRestore();
  });
});

test("a read that is cut is repeated, and an API server that stalls ends the run", async () => {
  const classes = "/apis/storage.k8s.io/v1/storageclasses";
  api.world[classes] = ["reset", whole[classes] as object];
  expect(await errorOf()).toBe("nothing");
  expect(api.count(classes)).toBe(2);
  const config = await loadKubeconfig("newjoy", { KUBECONFIG: api.kubeconfig });
  await expect(apiServer(config, 100)({ path: "/hang" })).rejects.toThrow(/^no answer from .* within 0\.1 s$/);
});
