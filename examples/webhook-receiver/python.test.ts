import { execa } from "execa";
import { expect, test } from "vitest";
import { vector } from "./vectors.ts";

const script = `
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "examples/webhook-receiver")
from verify import verify_webhook
for case in json.load(sys.stdin):
    print(verify_webhook(case["body"].encode(), case["signature"], case["timestamp"], case["secret"], now=case["now"]))
`;

const { failed: hasNoPython } = await execa("python3", ["--version"], { reject: false });

test.skipIf(hasNoPython)("the Python verifier returns the same", async () => {
  const { secret, timestamp, signature, body, nowMs } = vector;
  const good = { secret, timestamp, signature, body, now: nowMs / 1000 };
  const cases: [boolean, object][] = [
    [true, good],
    [true, { ...good, now: good.now + 300 }],
    [false, { ...good, now: good.now + 301 }],
    [false, { ...good, now: good.now - 301 }],
    [false, { ...good, secret: "another" }],
    [false, { ...good, body: body.replace("7", "8") }],
    [false, { ...good, body: JSON.stringify(JSON.parse(body), null, 1) }],
    [false, { ...good, timestamp: "1760000001" }],
    [false, { ...good, timestamp: null }],
    [false, { ...good, timestamp: "١٧٦" }],
    [false, { ...good, signature: null }],
    [false, { ...good, signature: signature.slice(7) }],
    [false, { ...good, signature: `${signature}\n` }],
  ];
  const { stdout } = await execa("python3", ["-c", script], {
    input: JSON.stringify(cases.map(([, each]) => each)),
    timeout: 20_000,
  });
  expect(stdout.split("\n")).toEqual(cases.map(([expected]) => (expected ? "True" : "False")));
});
