import { parse } from "smol-toml";
import { memoryState, plain, type RunResult } from "pulumi-embedded-engine";
import { expect, test } from "vitest";
import { workersOfQueues } from "../../ops/lib/stack/worker-groups.ts";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine } from "../helpers/in-process.ts";
import type { Any, StackName } from "../helpers/stack-files.ts";

async function up(
  stack: StackName,
  groups: Any,
  more: (settings: Any) => void = () => undefined,
  state = memoryState(),
) {
  const run = await stackEngine(stack, {
    providers: doubles,
    state,
    change: ({ settings }) => {
      settings["worker"] = { ...settings["worker"], groups };
      more(settings);
    },
  }).up(program);
  expect(run.ok).toBe(true);
  return run;
}

const inputsOf = ({ steps }: RunResult, name: string): Any =>
  plain(steps.find((step) => step.name === name)?.inputs ?? {});
const mail = { queues: ["mailers", "low"], count: 2, concurrency: 2, memoryMb: 512 };

test("on Kubernetes, a group is a Deployment like the main worker, with its own pods, queues and size", async () => {
  const placed = (settings: Any) => {
    settings["kubernetes"].pods = { overrides: { worker: { priorityClassName: "jobs", labels: { team: "a" } } } };
  };
  const run = await up("prod", { mail }, placed);
  const main = inputsOf(run, "chatwoot-chart:chatwoot/chatwoot-worker");
  const group = inputsOf(run, "chatwoot-worker-mail");
  const [mainPod, pod] = [main, group].map(({ spec }) => spec.template);

  expect(group.metadata).toMatchObject({ name: "chatwoot-worker-mail", namespace: "chatwoot" });
  expect(group.metadata.annotations).toEqual(main.metadata.annotations);
  const labels = {
    "app.kubernetes.io/name": "chatwoot-worker-mail",
    "app.kubernetes.io/part-of": "chatwoot",
    "app.kubernetes.io/component": "worker",
  };
  expect(group.spec).toMatchObject({ replicas: 2, selector: { matchLabels: labels }, strategy: main.spec.strategy });
  expect(pod.metadata).toEqual({ annotations: mainPod.metadata.annotations, labels: { ...labels, team: "a" } });
  const same = ({ containers: _own, topologySpreadConstraints: _pods, ...spec }: Any) => spec;
  expect(same(pod.spec)).toEqual(same(mainPod.spec));
  expect(pod.spec.priorityClassName).toBe("jobs");
  expect(pod.spec.topologySpreadConstraints[0].labelSelector.matchLabels).toEqual(labels);

  const [mainContainer, container] = [mainPod.spec.containers[0], pod.spec.containers[0]];
  expect(container.args.slice(-4)).toEqual(["-q", "mailers", "-q", "low"]);
  expect(container.env).toContainEqual({ name: "SIDEKIQ_CONCURRENCY", value: "2" });
  expect(container.resources.limits).toEqual({ memory: "512Mi" });
  expect(mainContainer.args.slice(0, 2)).toEqual(["sh", "-c"]);
  expect(mainContainer.args[2]).toMatch(/^exec bundle exec sidekiq .* mailers low\)$/);
  for (const key of ["envFrom", "volumeMounts", "livenessProbe", "startupProbe", "image", "securityContext"])
    expect(container[key], key).toEqual(mainContainer[key]);
  expect(inputsOf(run, "chatwoot-worker-mail-disruption").spec.selector.matchLabels).toEqual(labels);
});

test("KEDA scales each group by its own queues, the main worker by the others", async () => {
  const run = await up("prod", { mail }, (settings) => {
    settings["kubernetes"].scaling = { worker: { max: 3 }, groups: { mail: { max: 4, kedaNamespace: "scalers" } } };
  });
  const formula = (name: string): string => inputsOf(run, name).spec.advanced.scalingModifiers.formula;
  expect(formula("chatwoot-scaling-worker-mail")).toBe("mailers + low");
  expect(formula("chatwoot-scaling-worker")).toBe(
    "critical + high + medium + default + action_mailbox_routing + scheduled_jobs",
  );
  expect(inputsOf(run, "chatwoot-worker-mail").spec).not.toHaveProperty("replicas");
  const { from } = inputsOf(run, "chatwoot-scaling-keda").spec.ingress[0];
  expect(from.map((each: Any) => Object.values(each.namespaceSelector.matchLabels)).flat()).toEqual([
    "keda",
    "scalers",
  ]);
});

test("a group that is removed is deleted, and the main worker serves its queues again", async () => {
  const state = memoryState();
  await up("prod", { mail }, undefined, state);
  const { steps } = await up("prod", {}, undefined, state);
  const changes = steps.filter(({ op }) => op !== "same").map(({ op, name }) => `${op} ${name}`);
  expect(changes.sort()).toEqual([
    "delete chatwoot-worker-mail",
    "delete chatwoot-worker-mail-disruption",
    "update chatwoot-chart:chatwoot/chatwoot-worker",
  ]);
});

test("on Fly, a group is a process group with its own check, restart rule, size and count", async () => {
  const run = await up("staging", { mail: { ...mail, count: 1 } });
  const environment = (name: string): Any => inputsOf(run, name).environment;
  const config = parse(environment("deployment-release").STEP_MACHINE_CONFIG) as Any;
  expect(config.processes["worker-mail"]).toBe(
    "sh -c 'export HOSTNAME=$FLY_MACHINE_ID; export SIDEKIQ_CONCURRENCY=2; exec bundle exec sidekiq -C config/sidekiq.yml -q mailers -q low'",
  );
  expect(config.processes.worker).toContain("ARGV");
  expect(config.checks.worker.processes).toEqual(["worker", "worker-mail"]);
  expect(config.restart[1].processes).toEqual(["worker", "worker-mail"]);
  expect(config.vm[2]).toMatchObject({ processes: ["worker-mail"], memory: "512mb" });
  expect(environment("deployment-scale").STEP_COUNTS).toBe("web=1 worker=1 worker-mail=1");
  const { demand } = JSON.parse(environment("deployment-scale").STEP_SCALING);
  expect(demand.groups).toEqual({ "worker-mail": { count: 1, concurrency: 2 } });
});

test.each<StackName>(["prod", "staging"])(
  "`ops queue` finds the workers of each queue in the state of %s",
  async (stack) => {
    const state = memoryState();
    await up(stack, { mail: { ...mail, count: 1 } }, undefined, state);
    const { resources } = await state.load();
    const workersOf = workersOfQueues(resources.map((resource) => plain(resource as never) as never));
    expect(["mailers", "low", "critical"].map(workersOf)).toEqual(["worker-mail", "worker-mail", "worker"]);
  },
);
