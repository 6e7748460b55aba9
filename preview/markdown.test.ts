import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change } from "./changes.ts";
import { bodyLimit, bounded, markdownBody } from "./markdown.ts";
import { isAcceptable, type StackDiff } from "./stack-diff.ts";
import { terminalText } from "./terminal.ts";

const change = (name: string, lines: string[]): Change => ({
  ...{ op: "update", name, type: "kubernetes:apps/v1:Deployment", protect: false },
  properties: [{ path: "spec.text", kind: "update", lines, secret: false, replaces: false }],
});

const diff = (changes: Change[], more: Partial<StackDiff> = {}): StackDiff => ({
  ...{ stack: "staging", changes, unchanged: 3, secretKeys: [], problems: [], ok: true, hide: (text: string) => text },
  ...more,
});

test("a table, then folded details", () => {
  const body = markdownBody(
    [diff([change("web", ["- 1", "+ 2"])], { secretKeys: ["chatwoot:databaseUrl"] })],
    "origin/main",
  );
  expect(body).toMatchInlineSnapshot(`
    "## Preview against \`origin/main\`

    ### staging: 1 to update

    | | Resource | Changes |
    | --- | --- | --- |
    | ✏️ update | \`web\` (Deployment) | \`spec.text\`: \`1\` → \`2\` |

    Changed secrets of the stack file: \`chatwoot:databaseUrl\`.

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

test("cells, values and names are escaped", () => {
  const body = markdownBody([diff([change("a|b<c", ["- x|y", "+ ```js\\n````"])])], "main");
  expect(body).toContain("`a\\|b<c`");
  expect(body).toContain("`x\\|y`");
  expect(body).toContain("\n`````diff\n");
  expect(body).toContain("<code>a|b&lt;c</code>");
});

test("a failed preview shows its errors", () => {
  const body = markdownBody([diff([], { ok: false, problems: ["one\ntwo"] })], "main");
  expect(body).toContain("### staging: the preview fails\n\n> one\n> two");
  expect(body).not.toContain("unchanged");
});

test("within GitHub's limit, and never truncated silently", () => {
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

test("hundreds of resources fit, with the number of omitted ones", () => {
  const many = Array.from({ length: 300 }, (_, i) =>
    change(`web-${i}`, [`- ${"a".repeat(300)}`, `+ ${"b".repeat(300)}`]),
  );
  const body = markdownBody([diff(many)], "main");
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bodyLimit);
  expect(body).toContain("`web-299`");
  expect(body).toMatch(/_\d+ of 300 details are omitted.+npm run preview:diff -- --base main/);
});

test("policies and schemas precede the changes: one line if they pass, otherwise a table", () => {
  const resource = { urn: "urn", type: "kubernetes:core/v1:Service", name: "web|x", props: {}, protect: false };
  const fine = {
    policies: { rules: ["a", "b"], findings: [] },
    schemas: { version: "v1.36.3", objects: 4, invalid: [] },
  };
  const body = markdownBody([diff([], fine)], "main");
  expect(body).toContain(
    "### staging: no changes\n\n✅ Policies: all 2 rules pass.\n\n✅ Schemas: all 4 objects are valid for Kubernetes v1.36.3 and its operators.",
  );
  expect(isAcceptable(diff([], fine))).toBe(true);

  const findings = Array.from({ length: 40 }, () => ({
    rule: "a",
    level: "mandatory" as const,
    resource,
    message: "no",
  }));
  const broken = { policies: { rules: ["a", "b"], findings } };
  expect(markdownBody([diff([], broken)], "main")).toMatch(
    /🚫 \*\*Policies: 1 of 2 rules is violated\. Reasons and fixes: docs\/policy\.md\*\*\n\n\| Rule \| Resource \| Problem \|\n\| --- \| --- \| --- \|\n(\| `a` \| `web\\\|x` \| `no` \|\n){30}\n_10 more are not shown\._/,
  );
  expect(isAcceptable(diff([], broken))).toBe(false);

  const advisory = {
    ...broken,
    policies: { rules: ["a"], findings: [{ ...findings[0]!, level: "advisory" as const }] },
  };
  expect(markdownBody([diff([], advisory)], "main")).toContain("| `a (advisory)` |");
  expect(isAcceptable(diff([], advisory))).toBe(true);

  const invalid = { schemas: { version: "v1", objects: 2, invalid: [{ resource, message: 'unknown field "a"' }] } };
  expect(terminalText([diff([], invalid)], "main")).toContain(
    '  Schemas: 1 of 2 objects are invalid for Kubernetes v1 and its operators.\n    schema  web|x: unknown field "a"',
  );
  expect(isAcceptable(diff([], invalid))).toBe(false);
});
