import { describe, expect, test } from "vitest";
import { execa } from "execa";
import { join } from "node:path";
import { flyctlBinFolder } from "flyctl-stand-in";
import { Fly } from "./fly.ts";

describe("the stand-in", () => {
  test("needs a dedicated folder, and identifies itself", async () => {
    const { exitCode, stderr } = await execa(join(flyctlBinFolder, "fly"), ["version"], {
      extendEnv: false,
      env: { PATH: process.env.PATH ?? "" },
      reject: false,
    });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("stand-in for flyctl")]);
  });

  const redis = ["redis", "create", "--name", "r", "--org", "hotdash", "--region", "ord"];
  const table: readonly [args: string[], error: string][] = [
    [["nonsense"], 'unknown command "nonsense" for "flyctl"'],
    [["proxy", "5432", "-a", "chat"], 'unknown command "proxy" for "flyctl"'],
    [["redis", "attach", "x"], 'unknown command "attach" for "flyctl redis"'],
    [["status", "-a", "chat", "--nonsense"], "unknown flag: --nonsense"],
    [["redis", "status", "r", "--json"], "unknown flag: --json"],
    [["storage", "status", "b", "--json"], "unknown flag: --json"],
    [["machine", "status", "x", "-a", "chat", "--json"], "unknown flag: --json"],
    [["machine", "clone", "x", "-a", "chat"], 'unknown command "clone" for "flyctl machine"'],
    [["machine", "update", "x", "y", "-a", "chat"], "accepts between 0 and 1 arg(s), received 2"],
    [["machine", "run", "nginx", "-a", "chat", "-p", "80"], "unknown shorthand flag: 'p' in -p"],
    [["machine", "cordon"], "a machine ID or an app name is required"],
    [["volumes", "destroy", "vol_x", "-a", "chat", "--yes"], "failed destroying volume"],
    [["scale", "count", "web=1", "-a", "chat", "--json"], "unknown flag: --json"],
    [["deploy", "-a", "chat", "--dockerfile", "x"], "unknown flag: --dockerfile"],
    [["apps", "create", "x", "-z"], "unknown shorthand flag: 'z' in -z"],
    [["status", "--app"], "flag needs an argument: --app"],
    [["redis", "status"], "accepts 1 arg(s), received 0"],
    [["secrets", "set", "-a", "chat"], "requires at least 1 arg(s), only received 0"],
    [["apps", "create", "a", "b"], "accepts between 0 and 1 arg(s), received 2"],
    [["status", "chat"], 'unknown command "chat" for "flyctl status"'],
    [["status"], "the config for your app is missing an app name"],
    [["status", "-a", "nobody"], "Error: failed to get app: failed to run query ($appName: String!)"],
    [["deploy", "-a", "chat", "-c", "missing.toml"], "config file not found at specified path: missing.toml"],
    [["apps", "create", "x"], "org slug must be specified when not running interactively"],
    [["apps", "create", "x", "--org", "strangers"], "organization strangers not found"],
    [["apps", "create", "Wrong_Name", "--org", "hotdash"], "Name may only contain"],
    [["apps", "create", "chat", "--org", "hotdash"], "Validation failed: Name has already been taken"],
    [["apps", "create", "theirs", "--org", "hotdash"], "Validation failed: Name has already been taken"],
    [["apps", "destroy"], "no app names provided"],
    [["apps", "destroy", "chat"], "yes flag must be specified"],
    [["apps", "destroy", "nobody", "--yes"], "Could not find App"],
    [[...redis, "--no-replicas", "--disable-eviction"], "prompt: non interactive"],
    [[...redis, "--no-replicas", "--enable-prodpack=false"], "prompt: non interactive"],
    [[...redis, "--disable-eviction", "--enable-prodpack=false"], "regions codes must be specified"],
    [["redis", "create", "--org", "hotdash", "--region", "ord"], "prompt: non interactive"],
    [["redis", "create", "--name", "r", "--org", "hotdash"], "region code must be specified"],
    [["redis", "create", "--name", "r", "--region", "ord"], "org slug must be specified"],
    [["redis", "create", "--name", "r", "--org", "hotdash", "--region", "zzz"], "region zzz not found"],
    [[...redis, "--plan", "standard"], 'plan "standard" is no longer available for new databases'],
    [[...redis, "--plan", "Pro 2k"], 'plan "Pro 2k" is no longer available for new databases'],
    [[...redis, "--disable-eviction", "--plan", "fixed 1gb"], 'plan "fixed 1gb" not found'],
    [
      [...redis, "--no-replicas", "--disable-eviction", "--enable-prodpack=false", "--plan", "Fixed 250MB"],
      "prompt: non interactive",
    ],
    [["redis", "status", "nothing"], "input: Could not find AddOn"],
    [["redis", "destroy", "nothing", "--yes"], "input: Could not find AddOn"],
    [["redis", "destroy", "nothing"], "yes flag must be specified"],
    [["secrets", "import", "-a", "chat"], "requires at least one SECRET=VALUE pair"],
    [["secrets", "import", "-a", "nobody"], "Could not find App"],
    [["secrets", "set", "-a", "chat", "nonsense"], "could not parse secrets"],
    [["secrets", "set", "-a", "chat", "A B=1"], 'invalid secret name "A B"'],
    [["secrets", "deploy", "-a", "chat"], "no machines available to deploy"],
    [["deploy", "-a", "chat"], "App has not been deployed yet"],
    [["scale", "count", "web=1", "-a", "chat", "--yes"], "App has not been deployed yet"],
    [["machine", "stop", "-a", "chat"], "a machine ID must be specified"],
    [["machine", "stop", "1234", "-a", "chat"], "machine 1234 was not found in app 'chat'"],
    [["certs", "check", "x.example", "-a", "chat"], "Certificate not found"],
    [["certs", "add", "not a host", "-a", "chat"], "Hostname is invalid"],
    [["certs", "remove", "x.example", "-a", "chat"], "prompt: non interactive"],
    [["certs", "remove", "x.example", "-a", "chat", "--yes"], "Certificate not found"],
    [["ips", "allocate-v4", "-a", "chat"], "yes flag must be specified"],
    [["ips", "release", "x", "-a", "chat"], "Invalid IP address: 'x'"],
    [["storage", "create", "-n", "b", "-a", "chat"], "yes flag must be specified"],
    [["volumes", "create", "d", "-a", "chat", "-r", "ord"], "yes flag must be specified"],
  ];

  test("rejects what the real flyctl rejects", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    fly.change((state) => state.otherOrgApps.push("theirs"));
    const before = fly.read("state.json");
    const results = await Promise.all(table.map(([args]) => fly.run(args)));
    const found = results.map(({ exitCode, stderr }, index) => [table[index]?.[0], exitCode, stderr]);
    expect(found).toEqual(table.map(([args, error]) => [args, 1, expect.stringContaining(error)]));
    expect(results.every(({ stderr }) => stderr.includes("Error: "))).toBe(true);
    expect(fly.read("state.json")).toBe(before);
  });
});

describe("usage errors", () => {
  test("print the usage on standard output and the error on standard error", async () => {
    const { stdout, stderr } = await new Fly().run(["status", "--nonsense"]);
    expect(stdout).toMatch(/^Usage:\n {2}flyctl status \[flags\]\n/);
    expect(stderr).toMatch(/^Error: unknown flag: --nonsense\n/);
  });
});
