import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { describe, expect, test } from "vitest";
import { checkPolicies } from "../check.ts";
import { rules } from "../pack.ts";
import type { Props, Resource } from "../resource.ts";
import { cases } from "./test-cases.ts";
import { object, resource, service, workload } from "./test-resources.ts";

const secrets = new Set(["configured-value"]);
const findings = (resources: Resource[], rule?: string, config?: Record<string, Record<string, unknown>>) =>
  checkPolicies(resources, { secrets, ...(config ? { config } : {}) }).findings.filter(
    (finding) => rule === undefined || finding.rule === rule,
  );

test("every rule has resources that pass and violate it", () => {
  expect(Object.keys(cases)).toEqual(rules.map(({ name }) => name));
});

describe.each(Object.entries(cases))("%s", (name, { passes, breaks }) => {
  test("passes", () => expect(findings(passes, name)).toEqual([]));

  test.each(breaks)("breaks %#", (resources, messages) => {
    expect(findings(resources, name).map(({ message }) => message)).toEqual(messages);
  });

  test("names an existing resource", () => {
    for (const [resources] of breaks)
      for (const { resource, level } of findings(resources, name)) {
        expect(resources).toContain(resource);
        expect(level).toBe("mandatory");
      }
  });

  test("ignores values that are unknown in a preview", () => {
    const blank = (value: unknown): unknown => {
      if (typeof value !== "object" || value === null) return unknownValue;
      if (Array.isArray(value)) return value.map(blank);
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === "name" ? item : blank(item)]));
    };
    const kept = (props: Props): Props => ({ ...(blank(props) as Props), metadata: props["metadata"] as unknown });
    const all = [...passes, ...breaks.flatMap(([resources]) => resources)];
    const unknown = all.map((item) => ({ ...item, props: kept(item.props) }));
    expect(() => findings(unknown, name)).not.toThrow();
    const hollow = all.map((item) => ({ ...item, props: { metadata: unknownValue, spec: unknownValue } }));
    expect(() => findings(hollow, name)).not.toThrow();
  });
});

test("objects of the operators' charts are not checked", () => {
  const urn =
    "urn:pulumi:prod::chatwoot::chatwoot:kubernetes:Operators$kubernetes:helm.sh/v4:Chart$kubernetes:core/v1:Service::x";
  expect(findings([resource("kubernetes:core/v1:Service", "x", { spec: { type: "LoadBalancer" } }, { urn })])).toEqual(
    [],
  );
});

test("levels and settings can be configured, as in Pulumi's policy configuration", () => {
  const open = [service("chat", "web", { type: "LoadBalancer" })];
  const rule = "no-service-outside";
  expect(findings(open, rule, { [rule]: { enforcementLevel: "advisory" } })).toMatchObject([{ level: "advisory" }]);
  expect(findings(open, rule, { [rule]: { enforcementLevel: "disabled" } })).toEqual([]);
  expect(findings(open, rule, { [rule]: { allowed: ["chat"] } })).toEqual([]);
});

test("digests are not asked for until a stack asks for them", () => {
  const tagged = [workload("a")];
  expect(findings(tagged, "image-digests")).toEqual([]);
  expect(findings(tagged, "image-digests", { "image-digests": {} })).toMatchObject([
    { message: expect.stringContaining("redis:8.6.4-alpine has no digest") as string },
  ]);
});

test("a mutable tag passes outside of exactStacks", () => {
  const moving = workload("a", { container: { image: "redis:8" } });
  expect(findings([{ ...moving, urn: moving.urn.replace("prod", "staging") }], "exact-image-tags")).toEqual([]);
});

test("correct resources pass every rule", () => {
  const names = findings([
    workload("web"),
    service("web", "web"),
    object("ConfigMap", "settings", { data: { A: "b" } }),
  ]);
  expect(names).toEqual([]);
});
