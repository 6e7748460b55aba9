import { describe, expect, test } from "vitest";
import { parseConfig, type ParsedConfig } from "../parse.ts";
import { rawConfig, type Any, type StackName } from "../../tests/helpers/stack-files.ts";

/* What the support pipeline means for the rest of a configuration. */

type Change = (values: { settings: Record<string, Any>; secrets: Record<string, string> }) => void;

function configOf(stack: StackName, change: Change = () => {}): ParsedConfig {
  return parseConfig(rawConfig(stack, change));
}
function refusal(stack: StackName, change: Change): string {
  try {
    configOf(stack, change);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

const support = (more: object): Any => ({ webhookUrl: "https://app.example.com/hook", ...more });
const elsewhere = "postgresql://facts:planted@db.example.com:5432/facts";

test("facts: true, as `pulumi config set --path` writes it, is every default", () => {
  const facts = (value: unknown) =>
    configOf("staging", ({ settings }) => (settings["support"] = support({ facts: value }))).settings.support?.facts;
  expect(facts(true)).toEqual({ statementTimeoutSeconds: 300, lockTimeoutSeconds: 10 });
  expect(facts(true)).toEqual(facts({}));
  expect(facts({ lockTimeoutSeconds: 5 })).toEqual({ statementTimeoutSeconds: 300, lockTimeoutSeconds: 5 });
  const wrong = (value: unknown) =>
    refusal("staging", ({ settings }) => (settings["support"] = support({ facts: value })));
  expect(wrong(false)).toMatch(/support\.facts: is neither true nor an object of settings\. Write true, or remove it/);
  expect(wrong({ lockTimeoutSecond: 5 })).toMatch(/Did you mean lockTimeoutSeconds/);
});

describe("sessions of the facts on Fly", () => {
  const demand = (change: Change) => {
    const config = configOf("staging", change);
    return config.target === "fly" ? config.connections.demand : undefined;
  };
  test("do not count without them", () => {
    const usual = demand(({ settings }) => delete settings["support"].facts);
    expect(usual).not.toHaveProperty("facts");
    expect(usual).not.toHaveProperty("pipeline");
  });
  test("count on Chatwoot's own server, and nowhere else", () => {
    const own: Change = ({ settings }) => (settings["support"] = support({ facts: true }));
    expect(demand(own)).toMatchObject({ facts: 1 });
    const other: Change = (values) => {
      own(values);
      values.secrets["factsDatabaseUrl"] = elsewhere;
    };
    expect(demand(other)).not.toHaveProperty("facts");
    const clock: Change = ({ settings }) =>
      (settings["support"] = support({ schedules: { runner: "stack", check: "0 * * * *" } }));
    expect(demand(clock)).toMatchObject({ pipeline: 2 });
  });
  test("are refused where the pool is full of web and worker", () => {
    const full: Change = ({ settings }) => {
      settings["web"].threads = 5;
      settings["worker"].concurrency = 10;
      delete settings["support"].facts;
    };
    expect(refusal("staging", full)).toBe("");
    const message = refusal("staging", (values) => {
      full(values);
      values.settings["support"] = support({ facts: true });
    });
    expect(message).toMatch(
      /database\.poolLimit: allows 15 .* web 1 x 5 \+ worker 1 x 10 \+ facts 1 = 16\. .*factsDatabaseUrl/,
    );
  });
});

describe("sessions of the facts in a cluster", () => {
  /** As many connections as the cluster needs without the pipeline. */
  const tight: Change = ({ settings }) => {
    const message = refusal("prod", ({ settings: other }) => (other["kubernetes"].postgres.maxConnections = 20));
    settings["kubernetes"].postgres.maxConnections = Number(/Raise it to (\d+)/.exec(message)![1]);
  };
  const clock =
    (url: string): Change =>
    (values) => {
      tight(values);
      values.settings["support"] = support({ facts: true, schedules: { runner: "stack" } });
      values.secrets["factsDatabaseUrl"] = url;
    };
  test("count where they are in the stack's own database", () => {
    expect(refusal("prod", tight)).toBe("");
    expect(refusal("prod", clock(elsewhere))).toBe("");
    const own = "postgresql://facts:planted@chatwoot-db-rw.chatwoot.svc:5432/facts";
    expect(refusal("prod", clock(own))).toMatch(/maxConnections: .* \+ pipeline 2 = \d+/);
  });
});
