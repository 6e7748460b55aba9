import { describe, expect, test } from "vitest";
import { parse } from "smol-toml";
import { encodeConfig } from "./decode.ts";
import { understand, type LoadedConfig } from "./load.ts";
import { unrecognizedKeys } from "./strict.ts";
import { validateConfig } from "./validate.ts";

const load = (toml: string): LoadedConfig => understand("fly.toml", parse(toml));
const seconds = 1e9;

describe("durations in fly.toml", () => {
  test("reads a bare number as nanoseconds in [deploy] and [http_service.checks]", () => {
    const { config } = load(
      "[deploy]\nrelease_command_timeout = 300\nwait_timeout = 600\n[http_service]\n[[http_service.checks]]\ninterval = 15",
    );
    expect(config.deploy).toEqual({ release_command_timeout: 300, wait_timeout: 600 });
    expect(config.http_service?.checks).toEqual([{ interval: 15 }]);
  });

  test("reads a bare number as seconds in kill_timeout and as milliseconds in other checks", () => {
    const { config } = load(
      "kill_timeout = 30\n[checks.x]\ninterval = 2000\n[[services]]\n[[services.tcp_checks]]\ntimeout = 5",
    );
    expect(config.kill_timeout).toBe(30 * seconds);
    expect(config.checks?.x?.interval).toBe(2 * seconds);
    expect(config.services?.[0]?.tcp_checks?.[0]?.timeout).toBe(5e6);
  });

  test("writes them with units", () => {
    const { config } = load('kill_timeout = "30s"\n[deploy]\nrelease_command_timeout = "20m"\nwait_timeout = 300');
    expect(encodeConfig(config)).toMatchObject({
      kill_timeout: "30s",
      deploy: { release_command_timeout: "20m0s", wait_timeout: "300ns" },
    });
  });
});

describe("config validate", () => {
  const groups = '[processes]\nweb = "a"\nworker = "b"\n';
  const wrong: readonly [what: string, toml: string, text: string][] = [
    ["a strategy", '[deploy]\nstrategy = "careful"', "unsupported deployment strategy 'careful'"],
    ["a release command", '[deploy]\nrelease_command = "sh -c \'x"', "Can't shell split release command"],
    ["a service without processes", `${groups}[http_service]\ninternal_port = 3000`, "app has 2 processes defined"],
    ["a service's process", `${groups}[http_service]\nprocesses = ["www"]`, "Service specifies 'www'"],
    ["a restart policy", '[[restart]]\npolicy = "sometimes"', "invalid restart policy: sometimes"],
    [
      "a restart's process",
      `${groups}[[restart]]\npolicy = "always"\nprocesses = ["x"]`,
      "Restart policy specifies 'x'",
    ],
    ["a check's type", "[checks.a]\nport = 1", "Missing or invalid check type"],
    ["a check's interval", '[checks.a]\ntype = "tcp"\ninterval = "1s"', "interval is too short: 1s"],
    ["a check's timeout", '[checks.a]\ntype = "tcp"\ntimeout = "61s"', "timeout is too long: 1m1s"],
    ["a command", '[processes]\nweb = "a \'b"', "Could not parse command for 'web'"],
    ["a mount's size", '[[mounts]]\nsource = "d"\ninitial_size = "0.5gb"', "smaller than 1GB"],
  ];
  test.each(wrong)("rejects %s", (_, toml, text) => {
    const verdict = validateConfig(load(toml));
    expect(verdict.valid).toBe(false);
    expect(verdict.report).toContain(text);
  });

  const fine: readonly [what: string, toml: string][] = [
    ["an unknown machine size", '[[vm]]\nsize = "shared-cpu-3x"'],
    ["too little memory", '[[vm]]\nmemory = "100mb"'],
    ["a [[vm]] for an unknown group", `${groups}[[vm]]\nprocesses = ["x"]`],
    ["an unknown key", "[deploy]\nrelease_command_timeout_seconds = 5"],
  ];
  test.each(fine)("does not detect %s", (_, toml) => expect(validateConfig(load(toml)).valid).toBe(true));

  test("only warns about a service check that is too long", () => {
    const verdict = validateConfig(
      load('[http_service]\ninternal_port = 1\n[[http_service.checks]]\ngrace_period = "90s"'),
    );
    expect(verdict.valid).toBe(true);
    expect(verdict.report).toContain("a grace period greater than 1 minute (1m30s); this will be lowered to 1 minute");
  });

  test("keeps the app's name if a type is wrong", () => {
    const loaded = load('app = "x"\n[http_service]\nauto_stop_machines = "sometimes"');
    expect([loaded.appName, loaded.problem]).toEqual(["x", 'invalid autostop string value "sometimes"']);
    expect(validateConfig(loaded).valid).toBe(false);
    expect(load("app = 5").problem).toContain("cannot unmarshal number");
  });
});

describe("--strict", () => {
  test.each([
    ["[deploy]\nrelease_command_timeout_seconds = 5", ["  - deploy.release_command_timeout_seconds"]],
    ["nonsense = 1", ["  - nonsense"]],
    ['[[vm]]\nsize = "x"\nram = 1', ["  - vm[0].ram"]],
    ["[checks.a]\nurl = 1", ["  - checks.a.url"]],
    ["[env]\nANYTHING = 1", []],
    ['[[metrics]]\nport = 9\nprocesses = ["web"]', ["  - metrics[0].port"]],
    ['[[vm]]\ncpus = 2\ncpu_kind = "shared"', []],
  ])("%s", (toml, keys) => expect(unrecognizedKeys(load(toml).raw)).toEqual(keys));
});
