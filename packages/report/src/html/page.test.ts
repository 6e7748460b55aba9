import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { escapeHtml, jsonScript, markup } from "./html.ts";
import { renderReport } from "../write.ts";
import { madeRun, recordedRun } from "../../tests/run.ts";

vi.setConfig({ testTimeout: 120_000 });

const hostile = `</script><img src=x onerror=alert(1)>"'&\u0000\u202e`;

describe("HTML", () => {
  test("no text can break out of an element or an attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const made = markup`<a title="${text}">${[text]}</a>`.text;
        expect(made.match(/[<>"]/g)?.join("")).toBe(`<"">` + "<>");
      }),
    );
    expect(escapeHtml("a\u0000\u202eb")).toBe("a\ufffd\ufffdb");
  });

  test("no text can break out of a data script, and it is read back unchanged", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constant(hostile)), (text) => {
        const [, json = ""] =
          /^<script type="application\/json" id="x">([^<]*)<\/script>$/s.exec(jsonScript("x", { text }).text) ?? [];
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});

describe("the page", () => {
  test("shows hostile names, types, values and messages without interpreting them as markup", async () => {
    const page = await renderReport(
      madeRun(
        [
          {
            ...{ name: `x${hostile}`, type: `t:m:K${hostile}`, startMs: 0, endMs: 9, failed: true, op: "update" },
            old: { [hostile]: hostile },
            new: { [hostile]: `${hostile}\n${hostile}` },
            messages: [{ text: hostile }],
          },
        ],
        { outputs: { [hostile]: hostile } },
      ),
    );
    expect(page).not.toContain("<img");
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });

  test("allows only its own style and script, and has no address to load from", async () => {
    const page = await renderReport(recordedRun("create"));
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll("&#39;", "'") ?? "";
    const hash = (text: string | undefined): string =>
      `'sha256-${createHash("sha256")
        .update(text ?? "")
        .digest("base64")}'`;
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `style-src ${hash(/<style>(.*?)<\/style>/s.exec(page)?.[1])}`,
      `script-src ${hash(/<script>(.*?)<\/script>/s.exec(page)?.[1])}`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page.match(/<style>(.*?)<\/style>/s)?.[1]).not.toMatch(/@import|url\(/);
    expect(
      [...page.matchAll(/\b(?:src|href)="([^"]*)"/g)]
        .map(([, to]) => to)
        .filter((to) => !/^(#|data:,$)/.test(to ?? "")),
    ).toEqual([]);
    expect(page).not.toMatch(/ style="| on[a-z]+="/);
  });

  test("has no value of Pulumi's debug messages", async () => {
    const secret = "=scEA*@gPjFT";
    expect(readFileSync(new URL("../../tests/recorded/create.jsonl", import.meta.url), "utf8")).toContain(secret);
    const page = await renderReport(recordedRun("create"));
    for (const form of [secret, escapeHtml(secret), JSON.stringify(secret).slice(1, -1)])
      expect(page).not.toContain(form);
    expect(page).toContain("[secret]");
  });

  test("of a failed run starts with the failure", async () => {
    const page = await renderReport(recordedRun("failure"));
    const body = page.slice(page.indexOf("<main>"));
    expect(body.indexOf("exit status 3: running")).toBeLessThan(body.indexOf('id="timeline"'));
    expect(page).toContain("<title>dev: up failed</title>");
  });

  test("has no timeline for a preview, and no graph for an empty run", async () => {
    const step = { name: "a", startMs: 0, endMs: 5 };
    expect(await renderReport(madeRun([step], { command: "preview" }))).toContain("A preview runs no steps");
    expect(await renderReport(madeRun([]))).not.toContain('id="drawing"');
  });
});
