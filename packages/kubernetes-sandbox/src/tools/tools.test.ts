import { describe, expect, test } from "vitest";
import { pinsKey, ToolCache } from "./cache.ts";
import { parseCrds, parseDownloads } from "./crds.ts";
import { givenTool } from "./given.ts";
import { goProblem, wantedGo } from "./go.ts";
import { packageCounter } from "./package-counter.ts";
import { progressPrinter } from "./progress.ts";

describe("the cache", () => {
  test.each([
    [{ MY_SANDBOX_CACHE: "/own", XDG_CACHE_HOME: "/xdg" }, "/own"],
    [{ MY_SANDBOX_CACHE: "", XDG_CACHE_HOME: "/xdg" }, "/xdg/my-sandbox"],
    [{}, "/home/me/.cache/my-sandbox"],
  ])("%j: %s", (env, wanted) => expect(new ToolCache("my-sandbox", env, "/home/me").folder).toBe(wanted));
  test("has another key for other versions or another platform", () => {
    const keys = [
      pinsKey(["a", "b"], "linux"),
      pinsKey(["ab", ""], "linux"),
      pinsKey(["a", "b"], "darwin"),
      pinsKey(["a", "c"], "linux"),
    ];
    expect(new Set(keys).size).toBe(4);
    expect(pinsKey(["a", "b"], "linux")).toBe(keys[0]);
  });
});

describe("go", () => {
  test("reads the required version from go.mod", () => expect(wantedGo("module x\n\ngo 1.26.4\n")).toBe("1.26.4"));
  test.each([
    [
      "missing",
      { code: "ENOENT", stderr: "" },
      /^go: not found\. Install Go 1\.26 or newer, or wait\. Then try again\.$/,
    ],
    [
      "old",
      { stderr: "go: go.mod requires go >= 1.26.0 (running go 1.22.1; GOTOOLCHAIN=local)" },
      /^go: version 1\.22\.1 is too old, 1\.26\.0 is needed\. Install/,
    ],
  ])("returns the fix when it is %s", (_, failure, wanted) =>
    expect(goProblem(failure, "1.26.0", "wait")).toMatch(wanted),
  );
  test("ignores other failures", () => expect(goProblem({ stderr: "undefined: x" }, "1.26.0")).toBeUndefined());
});

describe("givenTool", () => {
  const has =
    (...paths: string[]) =>
    (path: string) =>
      paths.includes(path);
  test.each([
    ["etcd", {}, undefined],
    ["etcd", { KUBEBUILDER_ASSETS: "/kb" }, "/kb/etcd"],
    ["kube-controller-manager", { KUBEBUILDER_ASSETS: "/kb" }, undefined],
    ["helm", { KUBEBUILDER_ASSETS: "/kb" }, undefined],
    ["helm", { MY_SANDBOX_HELM: "/bin/helm" }, "/bin/helm"],
  ] as const)("%s with %j: %s", (tool, env, wanted) =>
    expect(givenTool(new ToolCache("my-sandbox", env), tool, has("/kb/etcd", "/bin/helm"))).toBe(wanted),
  );
  test("refuses a variable with a missing path", () => {
    const cache = new ToolCache("my-sandbox", { KUBEBUILDER_ASSETS: "/no", MY_SANDBOX_HELM: "/no" });
    expect(() => givenTool(cache, "etcd", has())).toThrow("KUBEBUILDER_ASSETS: no etcd in /no");
    expect(() => givenTool(cache, "helm", has())).toThrow("MY_SANDBOX_HELM: /no is not a program");
  });
});

describe("progress", () => {
  test("counts packages, not messages", () => {
    const counter = packageCounter();
    counter.line("go: downloading example.test/x v1.0.0");
    expect(counter.describe()).toBe("1 modules downloaded");
    counter.total(4);
    for (const line of ["internal/abi", "example.test/x/v2", "# example.test/x", "x.go:1:2: wrong"]) counter.line(line);
    expect(counter.describe()).toBe("2 of 4 packages (50%)");
  });
  test("rewrites one line on a terminal", () => {
    let text = "";
    const print = progressPrinter({ isTTY: true, columns: 30, write: (part) => (text += part) });
    for (const name of ["one", "two"]) print({ text: name, transient: true });
    print({ text: "done", transient: false });
    expect(text).toBe("one\r\u001b[2Ktwo\r\u001b[2Kdone\n");
  });
  test("prints a line every fifteen seconds elsewhere", () => {
    let [text, now] = ["", 0];
    const print = progressPrinter({ write: (part) => (text += part) }, () => now);
    for (now = 0; now <= 31_000; now += 1000) print({ text: String(now), transient: true });
    expect(text).toBe("0\n15000\n30000\n");
  });
});

describe("definitions", () => {
  test("are read without conversion webhooks and without other objects", () => {
    const text = `
kind: CustomResourceDefinition
apiVersion: apiextensions.k8s.io/v1
metadata: { name: a.example, annotations: { x: y } }
spec: { group: example, conversion: { strategy: Webhook } }
---
kind: ConfigMap
`;
    expect(parseCrds(text)).toEqual([
      {
        kind: "CustomResourceDefinition",
        apiVersion: "apiextensions.k8s.io/v1",
        metadata: { name: "a.example", annotations: { x: "y" } },
        spec: { group: "example" },
      },
    ]);
  });
  test("come only from modules with a checksum in go.sum", () => {
    const item = (name: string) =>
      `{\n\t"Path": "${name}",\n\t"Version": "v1.0.0",\n\t"Dir": "/m/${name}",\n\t"Sum": "h1:${name}="\n}\n`;
    const sums = "a v1.0.0 h1:a=\nb v1.0.0 h1:b=\n";
    expect([...parseDownloads(item("a") + item("b"), sums)]).toEqual([
      ["a", "/m/a"],
      ["b", "/m/b"],
    ]);
    expect(() => parseDownloads(item("c"), sums)).toThrow("no checksum of c v1.0.0");
  });
});
