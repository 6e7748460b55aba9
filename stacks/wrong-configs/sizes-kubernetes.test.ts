import { expect, test } from "vitest";
import { rawConfig, type Any } from "../../tests/helpers/stack-files.ts";
import { problemsOf } from "../../tests/helpers/wrong-configs.ts";

const withKubernetes = (change: (kubernetes: Any) => void) =>
  problemsOf(rawConfig("prod", ({ settings }) => change(settings["kubernetes"])));

const gateway = (hosts: number) => ({
  mode: "gateway",
  gateway: { name: "public", namespace: "gateways" },
  helpCenterHosts: Array.from({ length: hosts }, (_, index) => `help${index}.example.com`),
});

test.each<[key: string, change: (kubernetes: Any, text: string) => void]>([
  ["ingress.annotations", ({ ingress }, text) => (ingress.annotations = { "example.com/snippet": text })],
  ["pods.annotations", (kubernetes, text) => (kubernetes.pods = { annotations: { note: text } })],
  [
    "pods.overrides.web.annotations",
    (kubernetes, text) => (kubernetes.pods = { overrides: { web: { annotations: { note: text } } } }),
  ],
  ["monitoring.dashboardFolder", (kubernetes, text) => (kubernetes.monitoring = { dashboardFolder: text })],
])("%s beyond the size of an object's annotations", (key, change) => {
  expect(withKubernetes((kubernetes) => change(kubernetes, "ß".repeat(131_072)))).toMatch(
    new RegExp(
      `^chatwoot:kubernetes\\.${key.replaceAll(".", "\\.")}: takes 262\\d+ bytes of an object's annotations, ` +
        "more than the 253952 that Kubernetes' limit of 262144 leaves for them\\. Shorten it by \\d+ bytes\\.$",
    ),
  );
  expect(withKubernetes((kubernetes) => change(kubernetes, "ß".repeat(126_000)))).toBe("no problem");
});

test("more help centers than a Gateway's route can name", () => {
  expect(withKubernetes((kubernetes) => (kubernetes.ingress = gateway(17)))).toBe(
    "chatwoot:kubernetes.ingress.helpCenterHosts: has 17 hosts, more than the 16 of a Gateway's route. Remove some, or use mode: ingress.",
  );
  expect(withKubernetes((kubernetes) => (kubernetes.ingress = gateway(16)))).toBe("no problem");
});

test("a setting that no object can hold", () => {
  const networks = Array.from({ length: 60_000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
  expect(withKubernetes((kubernetes) => (kubernetes.networkPolicies = { allowedNetworks: networks }))).toMatch(
    /^chatwoot:kubernetes\.networkPolicies: takes 1\d{6} bytes, more than the 1000000 that fit into a Kubernetes object\. Shorten it\.$/,
  );
});
