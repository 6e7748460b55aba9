import { expect, test } from "vitest";
import { rawConfig, type Any } from "../../tests/helpers/stack-files.ts";
import { problemsOf } from "../../tests/helpers/wrong-configs.ts";

const withKubernetes = (change: (kubernetes: Any) => void) =>
  problemsOf(rawConfig("prod", ({ settings }) => change(settings["kubernetes"])));
const long = "a".repeat(64);

test.each<[what: string, change: (kubernetes: Any) => void, problem: string]>([
  [
    "an annotation of the ingress without a valid name",
    ({ ingress }) => (ingress.annotations = { "nginx.ingress/kubernetes.io/x": "1" }),
    "kubernetes.ingress.annotations.nginx.ingress/kubernetes.io/x: is not a valid label or annotation name",
  ],
  [
    "an annotation of the ingress that is not text",
    ({ ingress }) => (ingress.annotations = { "example.com/on": true }),
    "kubernetes.ingress.annotations.example.com/on: is not text. Put it in quotation marks",
  ],
  [
    "a help center with a part of 64 characters",
    ({ ingress }) => (ingress.helpCenterHosts = [`${long}.example.com`]),
    "kubernetes.ingress.helpCenterHosts.0: is not a valid host",
  ],
  [
    "a monitoring label of 64 characters",
    (kubernetes) => (kubernetes.monitoring = { labels: { release: long } }),
    "kubernetes.monitoring.labels.release: is not a valid label value. Use up to 63",
  ],
  [
    "a dashboard label with a blank",
    (kubernetes) => (kubernetes.monitoring = { dashboardLabels: { "grafana dashboard": "1" } }),
    "kubernetes.monitoring.dashboardLabels.grafana dashboard: is not a valid label or annotation name",
  ],
  [
    "an alert label that Prometheus cannot read",
    (kubernetes) => (kubernetes.monitoring = { alertLabels: { "team-name": "support" } }),
    "kubernetes.monitoring.alertLabels.team-name: is not a valid label name in Prometheus",
  ],
  [
    "an alert label that the stack sets",
    (kubernetes) => (kubernetes.monitoring = { alertLabels: { severity: "page" } }),
    "kubernetes.monitoring.alertLabels.severity: is a label that the stack sets. Choose another name",
  ],
])("%s", (_, change, problem) => expect(withKubernetes(change)).toContain(problem));

test.each([`https://${long}.example.com`, `https://${"a.".repeat(127)}com`, "https://a..example.com"])(
  "the address %s",
  (url) =>
    expect(problemsOf(rawConfig("prod", ({ settings }) => (settings["url"] = url)))).toContain(
      "chatwoot:url: has a host that DNS does not allow. Use 1 to 63 characters between two dots, and 253 in all.",
    ),
);
