import { beforeAll, describe, expect, test } from "vitest";
import { plain, type RunResult, type Step } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import type { Any } from "../helpers/stack-files.ts";

const monitored: NonNullable<StackOptions["change"]> = ({ settings }) => {
  settings["kubernetes"].monitoring = {
    labels: { release: "kube-prometheus-stack" },
    alertLabels: { team: "support" },
    dashboardFolder: "Support",
    runbookUrl: "https://wiki.newjoy.ro/chatwoot",
  };
};

let run: RunResult;
beforeAll(async () => {
  run = await stackEngine("prod", { change: monitored, providers: doubles }).up(program);
  expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});

const objects = (kind: string): Any[] =>
  run.steps.flatMap((step: Step) => {
    const inputs = plain(step.inputs);
    return step.custom && inputs.kind === kind ? [inputs] : [];
  });
const only = (kind: string, name: string): Any => {
  const found = objects(kind).filter(({ metadata }) => metadata.name === name);
  expect(found.length, `${kind} ${name}`).toBe(1);
  return found[0];
};

/** Every pod template of the program, by the kind and the name of its owner. */
function podTemplates(): { of: string; template: Any }[] {
  const paths: Record<string, (spec: Any) => Any> = {
    Deployment: (spec) => spec.template,
    StatefulSet: (spec) => spec.template,
    DaemonSet: (spec) => spec.template,
    Job: (spec) => spec.template,
    CronJob: (spec) => spec.jobTemplate.spec.template,
  };
  return Object.entries(paths).flatMap(([kind, template]) =>
    objects(kind).map(({ metadata, spec }) => ({ of: `${kind} ${metadata.name}`, template: template(spec) })),
  );
}

describe("logs", () => {
  test("every pod template has the labels that select logs", () => {
    const found = podTemplates().map(({ of, template }) => {
      const labels = template.metadata?.labels ?? {};
      const shown = ["name", "part-of", "component"].map((label) => labels[`app.kubernetes.io/${label}`]);
      return `${of.replace(/-[0-9a-f]{8,}$/, "-HASH")}: ${shown.join(" ")}`;
    });
    expect(found.sort()).toEqual([
      "CronJob chatwoot-restore-drill: chatwoot-restore-drill chatwoot restore-drill",
      "Deployment chatwoot-redis-exporter: chatwoot-redis-exporter chatwoot redis-exporter",
      "Deployment chatwoot-web: chatwoot chatwoot web",
      "Deployment chatwoot-worker: chatwoot chatwoot worker",
      "Deployment oauth2-proxy-chatwoot: oauth2-proxy-chatwoot chatwoot proxy",
      "Job chatwoot-prepare-HASH: chatwoot chatwoot preparation",
      "StatefulSet chatwoot-redis: chatwoot-redis chatwoot redis",
    ]);
  });
});

describe("monitors", () => {
  test("have the label that the operator selects", () => {
    const found = [...objects("PodMonitor"), ...objects("PrometheusRule")];
    expect(found.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      "PodMonitor chatwoot-db",
      "PodMonitor chatwoot-redis-exporter",
      "PodMonitor oauth2-proxy-chatwoot",
      "PrometheusRule chatwoot",
    ]);
    for (const { metadata } of found) expect(metadata.labels).toEqual({ release: "kube-prometheus-stack" });
  });

  test("select existing pods by an existing port", () => {
    const own = objects("PodMonitor").filter(({ metadata }) => metadata.name !== "chatwoot-db");
    expect(own).toHaveLength(2);
    for (const { spec, metadata } of own) {
      const wanted = Object.entries(spec.selector.matchLabels as object);
      const pods = podTemplates().filter(({ template }) =>
        wanted.every(([label, value]) => template.metadata.labels[label] === value),
      );
      expect(pods, metadata.name).toHaveLength(1);
      const ports = pods.flatMap(({ template }) => template.spec.containers.flatMap((it: Any) => it.ports ?? []));
      const names = ports.map(({ name }: Any) => name);
      for (const { port } of spec.podMetricsEndpoints) expect(names, metadata.name).toContain(port);
    }
  });

  test("the database's monitor selects only the cluster's instances", () => {
    const cluster = objects("Cluster")[0].metadata.name;
    expect(only("PodMonitor", "chatwoot-db").spec.selector.matchLabels).toEqual({
      "cnpg.io/cluster": cluster,
      "cnpg.io/podRole": "instance",
    });
  });
});

describe("alerts", () => {
  test("have the configured labels and link", () => {
    const rules = only("PrometheusRule", "chatwoot").spec.groups.flatMap(({ rules }: Any) => rules);
    expect(rules.length).toBeGreaterThan(30);
    for (const { alert, labels, annotations } of rules) {
      expect(labels).toMatchObject({ team: "support", namespace: "chatwoot" });
      expect(annotations.runbook_url).toBe(`https://wiki.newjoy.ro/chatwoot#${alert.toLowerCase()}`);
    }
  });
});

describe("the dashboard", () => {
  test("is found by the sidecar, and opens on this namespace", () => {
    const { metadata, data } = only("ConfigMap", "chatwoot-dashboard");
    expect(metadata.labels).toEqual({ grafana_dashboard: "1" });
    expect(metadata.annotations).toMatchObject({ grafana_folder: "Support" });
    const { templating, uid } = JSON.parse(data["chatwoot.json"]);
    expect(uid).toBe("chatwoot-chatwoot");
    const current = Object.fromEntries(templating.list.map((it: Any) => [it.name, it.current.value]));
    expect(current).toMatchObject({ namespace: "chatwoot", database: "chatwoot-db" });
  });
});

test("the exporter contains neither its password nor Redis' in plain text", () => {
  const exporter = only("Deployment", "chatwoot-redis-exporter");
  expect(JSON.stringify(exporter)).not.toContain("planted-");
  const [container] = exporter.spec.template.spec.containers;
  expect(container.env).toEqual([
    { name: "REDIS_ADDR", value: "redis://chatwoot-redis.chatwoot.svc:6379" },
    { name: "REDIS_PASSWORD", valueFrom: { secretKeyRef: { name: "chatwoot-redis", key: "password" } } },
  ]);
});

test("is not deployed when monitoring is disabled", async () => {
  const off = await stackEngine("prod", {
    change: ({ settings }) => delete settings["kubernetes"].monitoring,
    providers: doubles,
  }).up(program);
  expect(off.ok).toBe(true);
  expect(off.steps.filter(({ name }) => name.startsWith("monitoring"))).toEqual([]);
});
