import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "pulumi-run-report";
import { madeRun, recordedRun, urnOf, type MadeStep } from "pulumi-run-report/testing";
import { openBrowser, shown, type View } from "./pages.ts";

const hostile = `</script><img src=x onerror="document.title='taken'"><b>`;
const box = urnOf("box");
const names = ["box", "database", "release", hostile, "lonely", "old", "kept"];
/** One resource each: created, updated with a diff, failed, replaced, deleted, unchanged. */
const steps: MadeStep[] = [
  { name: "box", custom: false, startMs: 0, endMs: 0 },
  { name: "database", parent: box, startMs: 0, endMs: 4000, protect: true, new: { sizeGi: 20 } },
  {
    ...{ name: "release", op: "update", parent: box, needs: [urnOf("database")], startMs: 4000, endMs: 9000 },
    ...{ old: { toml: "a\nb\nc\n", image: "x:1" }, new: { toml: "a\nB\nc\n", image: "x:2" } },
  },
  {
    ...{ name: hostile, op: "update", needs: [urnOf("release")], startMs: 9000, endMs: 9500, failed: true },
    ...{ old: { [hostile]: hostile }, new: { [hostile]: 1 }, messages: [{ text: `exit 3 ${hostile}` }] },
  },
  { name: "lonely", startMs: 500, endMs: 2500, op: "create-replacement", old: { zone: "a" }, new: { zone: "b" } },
  { name: "old", op: "delete", old: {}, startMs: 9000, endMs: 9200 },
  { name: "kept", op: "same", old: {}, new: {}, startMs: 100, endMs: 100 },
];
const position = (name: string): string => String(names.indexOf(name));
/** The positions follow the order in which the steps began. */
const order = [...steps].sort((a, b) => a.startMs - b.startMs).map(({ name }) => name);
names.splice(0, names.length, ...order);

/** Runs a test script in the page. */
const run = (tab: Page, script: string): Promise<unknown> => tab.evaluate(script);

let browser: Awaited<ReturnType<typeof openBrowser>>;
let page: string;
beforeAll(async () => {
  browser = await openBrowser();
  page = await renderReport(madeRun(steps, { outputs: { url: "https://example.org", list: [1, { a: hostile }] } }));
});
afterAll(() => browser.close());

const views: View[] = [1280, 400].flatMap((width) => [
  { width, scheme: "light" },
  { width, scheme: "dark" },
]);

describe.each(views)("$width pixels wide, $scheme", (view) => {
  test("requests nothing, logs nothing, does not overflow, and passes axe", async () => {
    const { page: tab, complaints } = await browser.open(page, view);
    expect(await tab.title()).toBe("made: up failed");
    expect(await tab.$$("img, body b > b")).toEqual([]);
    expect(await run(tab, "document.documentElement.scrollWidth")).toBeLessThanOrEqual(view.width);
    // Opens everything that can be opened, so that axe checks it.
    await tab.click("#open-all");
    await tab.click('[data-node="1"]');
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    const found = (await tab.evaluate(`${axe}; axe.run()`)) as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(complaints).toEqual([]);
    await tab.close();
  });
});

describe("filters", () => {
  test("shows unchanged resources on demand, and filters by words and operations", async () => {
    const { page: tab, complaints } = await browser.open(page);
    const all = (await shown(tab, "changes")).length;
    expect(all).toBe(steps.length - 1);
    expect(await shown(tab, "timeline")).not.toContain(position("kept"));
    await tab.click('input[value="same"]');
    expect(await shown(tab, "timeline")).toContain(position("kept"));
    await tab.type("#find", "rele");
    expect(await shown(tab, "changes")).toEqual([position("release")]);
    expect(await tab.$eval("#found", (one) => one.textContent)).toBe(`1 of ${steps.length} shown`);
    expect(await tab.$$eval(".filtered .node.in", (nodes) => nodes.length)).toBe(1);
    await tab.click("#clear");
    expect((await shown(tab, "changes")).length).toBe(steps.length);
    await tab.click('input[value="update"]');
    expect(await shown(tab, "changes")).not.toContain(position("release"));
    expect(complaints).toEqual([]);
    await tab.close();
  });
});

describe("the graph", () => {
  test("a click shows a resource and its connections, and a second click deselects it", async () => {
    const { page: tab, complaints } = await browser.open(page);
    const [database, release] = [position("database"), position("release")];
    await tab.click(`[data-node="${database}"]`);
    expect((await shown(tab, "changes")).sort()).toEqual([database, release, position(hostile)].sort());
    expect(await tab.$eval("#chosen h3", (one) => one.textContent)).toBe("database");
    expect(await tab.$$eval("#chosen button", (buttons) => buttons.map((one) => one.textContent))).toEqual(["release"]);
    expect(await tab.$$eval("#chosen-edges path", (paths) => paths.length)).toBe(1);
    expect(await tab.$eval(`#r${database}`, (one) => one.hasAttribute("open"))).toBe(true);
    // From there to its dependents.
    await tab.click("#chosen button");
    expect(await tab.$eval("#chosen h3", (one) => one.textContent)).toBe("release");
    expect(
      await tab.$$eval('[aria-pressed="true"]', (nodes) => nodes.map((one) => one.getAttribute("data-node"))),
    ).toEqual([release]);
    await tab.click(`[data-node="${release}"]`);
    expect((await shown(tab, "changes")).length).toBe(steps.length - 1);
    expect(complaints).toEqual([]);
    await tab.close();
  });

  test("a component represents its children", async () => {
    const { page: tab } = await browser.open(page);
    await run(
      tab,
      `document.querySelector('[data-node="${position("box")}"] > rect').dispatchEvent(new MouseEvent("click", { bubbles: true }))`,
    );
    expect(await shown(tab, "changes")).toEqual(expect.arrayContaining([position("database"), position("release")]));
    expect(await shown(tab, "changes")).not.toContain(position("lonely"));
    await tab.close();
  });

  test("the keyboard focuses the graph in one step, moves by arrows, selects with Enter and deselects with Escape", async () => {
    const { page: tab } = await browser.open(page);
    expect(await tab.$$eval('[data-node][tabindex="0"]', (nodes) => nodes.length)).toBe(1);
    // By the name that Chromium gives screen readers.
    expect(await tab.$('aria/release, Thing, updated, needs 1[role="button"]')).not.toBeNull();
    await run(tab, `document.querySelector('[data-node="${position("database")}"]').focus()`);
    await tab.keyboard.press("ArrowRight");
    const focused = (): Promise<unknown> => run(tab, "document.activeElement.getAttribute('data-node')");
    expect(await focused()).toBe(position("release"));
    await tab.keyboard.press("Enter");
    expect(await tab.$eval("#chosen h3", (one) => one.textContent)).toBe("release");
    await tab.keyboard.press("Escape");
    expect(await run(tab, "chosen.hidden")).toBe(true);
    await tab.close();
  });

  test("an address with a resource opens it, and larger, smaller and fit change the drawing", async () => {
    const { page: tab } = await browser.open(page, undefined, `#r${position("release")}`);
    expect(await tab.$eval("#chosen h3", (one) => one.textContent)).toBe("release");
    const width = (): Promise<number> => tab.$eval("#drawing", (one) => one.getBoundingClientRect().width);
    const before = await width();
    await tab.click("#zoom-in");
    expect(await width()).toBeGreaterThan(before);
    await tab.click("#zoom-fit");
    expect(await width()).toBeLessThanOrEqual(before);
    await tab.close();
  });
});

test("the timeline's bars match the times, and the critical ones are marked", async () => {
  const { page: tab } = await browser.open(page);
  const row = (name: string): string => `#timeline [data-r="${position(name)}"]`;
  const place = (selector: string) =>
    tab.$eval(`${row("release")} ${selector}`, (one) => one.getBoundingClientRect().toJSON());
  const [whole, bar] = [await place("svg"), await place("rect")];
  const [from, to] = [bar.left, bar.right].map((edge) => (edge - whole.left) / whole.width);
  expect(from).toBeCloseTo(4000 / 9500, 2);
  expect(to).toBeCloseTo(9000 / 9500, 2);
  const critical = await tab.$$eval("#timeline rect.critical", (bars) => [
    ...new Set(bars.map((bar) => bar.closest("[data-r]")?.getAttribute("data-r"))),
  ]);
  expect(critical.sort()).toEqual([position("database"), position("release"), position(hostile)].sort());
  // The name links to the resource's properties.
  await tab.click(`${row("release")} a`);
  expect(await run(tab, "document.activeElement.closest('details').id")).toBe(`r${position("release")}`);
  expect(await tab.$eval(`#r${position("release")}`, (one) => one.textContent)).toContain("-b");
  await tab.close();
});

test("a printed page shows every opened part and hides the filters", async () => {
  const { page: tab, complaints } = await browser.open(page);
  const pdf = await tab.pdf({ format: "A4" });
  expect(Buffer.from(pdf.slice(0, 5)).toString()).toBe("%PDF-");
  expect(await tab.$$eval("details:not([hidden]):not([open])", (closed) => closed.length)).toBe(0);
  await tab.emulateMediaType("print");
  expect(await run(tab, "getComputedStyle(filters).display")).toBe("none");
  expect(complaints).toEqual([]);
  await tab.close();
});

test("a run of the real Pulumi without its state has a page too", async () => {
  const { page: tab, complaints } = await browser.open(await renderReport(recordedRun("failure", false)));
  expect(await tab.$eval("#failures", (one) => one.textContent)).toContain("broken pipe");
  await tab.click('[data-node="0"]');
  expect(await tab.$eval("#chosen", (one) => one.textContent)).toContain("Dependencies are unknown");
  expect(complaints).toEqual([]);
  await tab.close();
});

test("1,000 resources: the page opens, filters and follows clicks", async () => {
  const many: MadeStep[] = Array.from({ length: 1000 }, (_, i) => {
    const group = urnOf(`group-${i - (i % 20)}`);
    if (i % 20 === 0) return { name: `group-${i}`, custom: false, startMs: i, endMs: i };
    const needs = i % 20 === 1 ? (i > 20 ? [urnOf(`resource-${i - 20}`)] : []) : [urnOf(`resource-${i - 1}`)];
    return {
      name: `resource-${i}`,
      parent: group,
      needs,
      startMs: i,
      endMs: i + 700,
      new: { index: i, text: "x".repeat(200) },
    };
  });
  const began = performance.now();
  const large = await renderReport(madeRun(many));
  const rendered = performance.now();
  const { page: tab, complaints } = await browser.open(large);
  const opened = performance.now();
  await tab.type("#find", "resource-99");
  expect((await shown(tab, "timeline")).length).toBe(11);
  await tab.click("#clear");
  await tab.click('[data-node="1"]');
  expect((await shown(tab, "timeline")).length).toBeGreaterThan(900);
  const done = performance.now();
  const seconds = [rendered - began, opened - rendered, done - opened].map((ms) => (ms / 1000).toFixed(1));
  console.log(`1,000 resources: ${(large.length / 1e6).toFixed(1)} MB, made, opened, used in ${seconds.join(", ")} s`);
  expect(large.length).toBeLessThan(5e6);
  expect(complaints).toEqual([]);
  await tab.close();
});
