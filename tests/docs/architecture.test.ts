import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ReportResource } from "pulumi-run-report";
import { diagram } from "../../scripts/architecture/diagram.ts";
import { architectureFiles, between } from "../../scripts/architecture/page.ts";
import { readPage } from "./markdown.ts";
import { readText, root } from "./repository.ts";

test("the architecture page has the current diagrams of the program", async () => {
  for (const [path, text] of Object.entries(await architectureFiles(root)))
    expect(readText(path) === text, `${path} is out of date. Run \`npm run reference\` and commit it`).toBe(true);
}, 120_000);

/** The subset of Mermaid's grammar that the diagrams use: a box or a cylinder with a quoted text, or an arrow. */
const line = /^ {2}(n\d+(\["[^"\n]+"\]|\[\("[^"\n]+"\)\])|n\d+ --> n\d+)$/;

describe("each diagram", () => {
  const blocks = readPage("docs/architecture.md").blocks.filter(({ language }) => language === "mermaid");

  test.each(blocks)("$at follows the grammar, and every arrow connects two boxes", ({ text }) => {
    const [head, ...lines] = text.trim().split("\n");
    expect(head).toBe("flowchart TD");
    expect(lines.filter((one) => !line.test(one))).toEqual([]);
    const boxes = new Set(lines.flatMap((one) => /^ {2}(n\d+)[[(]/.exec(one)?.[1] ?? []));
    const ends = lines.flatMap((one) => one.match(/n\d+(?= -->)|(?<=--> )n\d+/g) ?? []);
    expect(ends.length).toBeGreaterThan(4);
    expect(ends.filter((end) => !boxes.has(end))).toEqual([]);
  });

  test("shows both targets", () => {
    expect(blocks).toHaveLength(2);
  });
});

const resource = (name: string, needs: number[], more: Partial<ReportResource> = {}): ReportResource => ({
  ...{ urn: name, name, type: "a:b:Thing", kind: "Thing", operation: "create", outcome: "done", component: false },
  ...{ protected: false, parent: undefined, needs, phases: [], critical: false, messages: [], changes: [], ...more },
});

test("a diagram shows components with their children and direct dependencies, and omits unconnected ones", () => {
  const drawn = diagram([
    resource("box", [], { component: true }),
    resource("box-a", [], { parent: 0, protected: true }),
    resource("box-b", [1], { parent: 0 }),
    resource("next", [2]),
    resource("last", [1, 3]),
    resource("alone", []),
  ]);
  expect(drawn.split("\n")).toEqual([
    "flowchart TD",
    '  n1[("<b>box</b><br/>2 × Thing")]',
    '  n2["<b>last</b><br/>Thing"]',
    '  n3["<b>next</b><br/>Thing"]',
    "  n3 --> n2",
    "  n1 --> n3",
    "",
  ]);
});

/** Every file of the repository that a program loads, by its value imports. */
function loaded(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, specifier = ""] of readText(path).matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)";/gm))
    loaded(join(dirname(path), specifier), found);
  return found;
}

test("the driver, which starts for every step, loads nothing from Pulumi", () => {
  const driver = [...loaded("components/driver/main.ts")];
  expect(driver.length).toBeGreaterThan(30);
  expect(driver.filter((path) => /^import (?!type )[^;]*from "@pulumi\//m.test(readText(path)))).toEqual([]);
});

test("rejects a page without its marks", () => {
  expect(() => between("text", "<!-- a -->", "<!-- end -->", "")).toThrow("<!-- a -->");
});
