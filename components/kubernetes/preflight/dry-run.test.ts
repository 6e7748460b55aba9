import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { commandsFor } from "./commands.ts";
import { judgeDryRuns } from "./dry-run.ts";
import { known, podOf } from "./dry-run-objects.ts";

const commands = commandsFor("newjoy", { operatorNamespace: "cnpg-system" });
const place = { namespace: "desk", setsPodSecurity: false, commands };
const web = { kind: "Deployment", name: "chatwoot-web" };
const refused = (message: string, status = 403) => ({ about: web, isPod: true, answer: { status, body: { message } } });
const quota = (requested: string, used: string) =>
  refused(
    `pods "a" is forbidden: exceeded quota: q, requested: ${requested}, used: ${used}, limited: limits.memory=2Gi,pods=4`,
  );
const podSecurity = refused(`pods "a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true`);

describe("what a dry run finds", () => {
  test("a refusal has its objects, setting and command", () => {
    const worker = { ...podSecurity, about: { kind: "Deployment", name: "chatwoot-worker" } };
    expect(judgeDryRuns([worker, podSecurity], place)).toEqual({
      problems: [
        {
          key: "kubernetes.runAsNonRoot",
          message:
            "the API server would refuse pods of Deployment chatwoot-web, pods of Deployment chatwoot-worker: " +
            'violates PodSecurity "restricted:latest": runAsNonRoot != true. Change `chatwoot:kubernetes.runAsNonRoot`, ' +
            "or relax the namespace's level. See it with `kubectl --context newjoy get namespaces --show-labels --namespace desk`",
        },
      ],
      warnings: [],
    });
  });

  test("a missing right and a busy API server are reported once each", () => {
    const denied = refused(
      'pods is forbidden: User "ci" cannot create resource "pods" in API group "" in the namespace "desk"',
    );
    const { problems, warnings } = judgeDryRuns([denied, denied, refused("", 503), refused("", 0)], place);
    expect(problems).toEqual([]);
    expect(warnings.map(({ message }) => message.slice(0, 65))).toEqual([
      "you may not create pods in desk, so the checks of the cluster (ad",
      "the API server did not answer to a dry run of Deployment, so the ",
    ]);
  });

  test.each([
    ["an object that exists", refused('secrets "a" already exists', 409)],
    ["an invalid placeholder", refused('Secret "a" is invalid: data: Invalid value', 422)],
    ["an accepted object", { about: web, isPod: true, answer: { status: 201, body: { kind: "Pod" } } }],
    ["a kind that the cluster does not serve", { about: web, isPod: false, answer: undefined }],
    ["a quota that running pods fill", quota("limits.memory=1Gi,pods=1", "limits.memory=2Gi,pods=4")],
  ])("%s is no finding", (_, outcome) => {
    expect(judgeDryRuns([outcome], place)).toEqual({ problems: [], warnings: [] });
  });

  test("a pod that is larger than its quota is one", () => {
    expect(judgeDryRuns([quota("limits.memory=3Gi,pods=1", "limits.memory=0,pods=0")], place).problems).toMatchObject([
      { key: "web.memoryMb" },
    ]);
  });

  test("the namespace's present Pod Security level is ignored if the stack sets it", () => {
    expect(judgeDryRuns([podSecurity], { ...place, setsPodSecurity: true }).problems).toEqual([]);
  });
});

test("values that a preview does not know get a placeholder", async () => {
  const unknown = new (pulumi.Output as unknown as new (...args: unknown[]) => pulumi.Output<string>)(
    new Set(),
    Promise.resolve(undefined),
    Promise.resolve(false),
    Promise.resolve(false),
    Promise.resolve(new Set()),
  );
  const data = { a: pulumi.secret("planted"), b: [unknown] };
  expect(await known({ data })).toEqual({ value: { data: { a: "planted", b: ["unknown0"] } }, isComplete: false });
  const nested = { name: { __pulumiUnknown: true } };
  expect(await known({ nested, stringData: unknown })).toEqual({
    value: { nested: { name: "unknown0" }, stringData: {} },
    isComplete: false,
  });
  expect(await known({ a: pulumi.output(1), c: null })).toEqual({ value: { a: 1, c: null }, isComplete: true });
});

test("the pod of each kind of workload, without its service account", () => {
  const template = { metadata: { labels: { app: "a" } }, spec: { serviceAccountName: "s", containers: [] } };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a-dry-run", namespace: "desk", labels: { app: "a" } },
    spec: { containers: [] },
  };
  const object = (kind: string, spec: object) =>
    podOf({ apiVersion: "x", kind, metadata: { name: "a", namespace: "desk" }, spec: { ...spec } });
  for (const kind of ["Deployment", "StatefulSet", "Job"]) expect(object(kind, { template })).toEqual(pod);
  expect(object("CronJob", { jobTemplate: { spec: { template } } })).toEqual(pod);
  expect(object("Service", {})).toBeUndefined();
});
