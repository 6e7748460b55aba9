import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change } from "../../../sandbox/preview-diff/changes.ts";
import { bodyLimit, bounded, markdownBody } from "../../../sandbox/preview-diff/markdown.ts";
import type { StackDiff } from "../../../sandbox/preview-diff/stack-diff.ts";

const change = (name: string, lines: string[]): Change => ({
  ...{ op: "update", name, type: "kubernetes:apps/v1:Deployment", protect: false },
  properties: [{ path: "spec.text", kind: "update", lines, secret: false, replaces: false }],
});

const diff = (changes: Change[], more: Partial<StackDiff> = {}): StackDiff => ({
  ...{ stack: "staging", changes, unchanged: 3, secretKeys: [], problems: [], ok: true, hide: (text: string) => text },
  ...more,
});

test("a table first, then the details, folded", () => {
  const body = markdownBody(
    [diff([change("web", ["- 1", "+ 2"])], { secretKeys: ["chatwoot:databaseUrl"] })],
    "origin/main",
  );
  expect(body).toMatchInlineSnapshot(`
    "<!-- chatwoot-preview-diff -->

    ## Preview against \`origin/main\`

    ### staging: 1 to update

    | | Resource | What changes |
    | --- | --- | --- |
    | ✏️ update | \`web\` (Deployment) | \`spec.text\`: \`1\` → \`2\` |

    Secrets of the stack file, set anew: \`chatwoot:databaseUrl\`.

    3 unchanged.

    <details><summary>staging: update <code>web</code></summary>

    \`\`\`diff
    # spec.text
    - 1
    + 2
    \`\`\`

    </details>"
  `);
});

test("a cell cannot end its row, a value not its fence, a name not its tag", () => {
  const body = markdownBody([diff([change("a|b<c", ["- x|y", "+ ```js\\n````"])])], "main");
  expect(body).toContain("`a\\|b<c`");
  expect(body).toContain("`x\\|y`");
  expect(body).toContain("\n`````diff\n");
  expect(body).toContain("<code>a|b&lt;c</code>");
});

test("a failed preview says so, and why", () => {
  const body = markdownBody([diff([], { ok: false, problems: ["one\ntwo"] })], "main");
  expect(body).toContain("### staging: the preview fails\n\n> one\n> two");
  expect(body).not.toContain("unchanged");
});

test("never longer than GitHub takes, and never silently cut", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 3000 });
  const parts = fc.array(text, { maxLength: 20 });
  fc.assert(
    fc.property(text, parts, fc.integer({ min: 200, max: 30_000 }), (head, details, limit) => {
      const body = bounded(head, details, "the rest", limit);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limit);
      if (body !== [head, ...details].join("\n\n")) expect(body).toContain("the rest");
    }),
  );
});

test("hundreds of resources fit, with the number of those that are left out", () => {
  const many = Array.from({ length: 300 }, (_, i) =>
    change(`web-${i}`, [`- ${"a".repeat(300)}`, `+ ${"b".repeat(300)}`]),
  );
  const body = markdownBody([diff(many)], "main");
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bodyLimit);
  expect(body).toContain("`web-299`");
  expect(body).toMatch(/_\d+ of 300 details are left out.+npm run preview:diff -- --base main/);
});
