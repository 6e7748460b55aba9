import { expect, test } from "vitest";
import { exportOf, wholeApp } from "../../../tests/helpers/deployed-stack.ts";
import { parseDeployment, type StackResource } from "./deployment.ts";
import { restartCommand } from "./restart.ts";
import { webProcesses } from "./web-processes.ts";

const deployment = (name: string, replicas?: number): StackResource => ({
  urn: `urn:pulumi:prod::chatwoot::kubernetes:apps/v1:Deployment::${name}`,
  type: "kubernetes:apps/v1:Deployment",
  inputs: { metadata: { name }, spec: { replicas } },
});
const autoscaler: StackResource = {
  urn: "urn:pulumi:prod::chatwoot::kubernetes:autoscaling/v2:HorizontalPodAutoscaler::web",
  type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  inputs: { metadata: { name: "chatwoot-web" }, spec: { minReplicas: 2, maxReplicas: 4 } },
};
const scaled = { ...wholeApp, scale: { inputs: { APP: "chat", COUNTS: "web=3 worker=5" } } };

test.each<[string, StackResource[], number]>([
  ["machines on Fly", parseDeployment(exportOf(scaled), "test"), 3],
  ["pods", [deployment("chatwoot-web", 2), deployment("chatwoot-worker", 7)], 2],
  ["at most as many as an autoscaler creates", [deployment("chatwoot-web"), autoscaler], 4],
  ["at least one", [], 1],
])("counts web processes: %s", (_, resources, count) => expect(webProcesses(resources)).toBe(count));

test.each([
  [{ target: "fly", app: "chat" }, "`fly apps restart chat`"],
  [
    { target: "kubernetes", context: "eks", namespace: "desk" },
    "`kubectl --context eks --namespace desk rollout restart deployment chatwoot-worker`",
  ],
  [
    { target: "kubernetes", context: undefined, namespace: "desk" },
    "`kubectl --namespace desk rollout restart deployment chatwoot-worker`",
  ],
] as const)("the command that restarts workers: %j", (place, command) => {
  expect(restartCommand(place, "worker")).toBe(command);
});
