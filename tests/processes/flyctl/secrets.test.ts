import { describe, expect, test } from "vitest";
import { effectiveSecrets, readMachineStarts } from "flyctl-stand-in";
import { Fly } from "./fly.ts";

interface Listed {
  readonly name: string;
  readonly digest: string;
  readonly status: string;
}

const list = (fly: Fly): Promise<Listed[]> => fly.json<Listed[]>(["secrets", "list", "-a", "chat"]);
const stage = (fly: Fly, stdin: string): Promise<string> =>
  fly.ok(["secrets", "import", "-a", "chat", "--stage"], { stdin });
const names = async (fly: Fly): Promise<Record<string, string>> =>
  Object.fromEntries((await list(fly)).map(({ name, status }) => [name, status]));

describe("secrets", () => {
  test("are staged, deployed with the next deployment, and never shown", async () => {
    const fly = new Fly();
    await fly.deployed();
    await stage(fly, 'A="""s3cret"""\nB=2\n');
    expect(await names(fly)).toEqual({ A: "Staged", B: "Staged" });
    const before = readMachineStarts(fly.folder).length;
    await fly.deploy();
    expect(await names(fly)).toEqual({ A: "Deployed", B: "Deployed" });
    const starts = readMachineStarts(fly.folder).slice(before);
    expect(starts.map(({ env }) => env.A)).toEqual(["s3cret", "s3cret"]);
    expect(await fly.ok(["secrets", "list", "-a", "chat"])).not.toContain("s3cret");
    expect(await fly.ok(["status", "-a", "chat", "--json"])).not.toContain("s3cret");
  });

  test("keep their digest until the value changes", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    const digests: string[] = [];
    for (const value of ["1", "1", "2"]) {
      await stage(fly, `A=${value}\n`);
      digests.push((await list(fly))[0]?.digest ?? "");
    }
    expect(digests[0]).toBe(digests[1]);
    expect(digests[2]).not.toBe(digests[1]);
  });

  test("are set and unset; an unknown name is fine", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    await fly.ok(["secrets", "set", "-a", "chat", "--stage", "A=1", "B=x=y", "C=-"], { stdin: "  from stdin \n" });
    const app = fly.state.apps.chat;
    expect(app && effectiveSecrets(app)).toEqual({ A: "1", B: "x=y", C: "from stdin" });
    await fly.ok(["secrets", "unset", "A", "NOTHING", "-a", "chat", "--stage"]);
    expect(Object.keys(await names(fly))).toEqual(["B", "C"]);
  });

  test("restart every machine as a new release unless they are staged", async () => {
    const fly = new Fly();
    await fly.deployed();
    await fly.ok(["secrets", "set", "-a", "chat", "A=1"]);
    const releases = await fly.json<{ Version: number; Status: string }[]>(["releases", "-a", "chat"]);
    expect(releases.map(({ Version, Status }) => [Version, Status])).toEqual([
      [2, "complete"],
      [1, "complete"],
    ]);
    expect(await names(fly)).toEqual({ A: "Deployed" });
    await stage(fly, "B=1");
    await fly.ok(["secrets", "deploy", "-a", "chat"]);
    expect(await names(fly)).toEqual({ A: "Deployed", B: "Deployed" });
  });

  test("only wait for the first deployment of a new app", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    const output = await fly.ok(["secrets", "import", "-a", "chat"], { stdin: "A=1" });
    expect(output).toBe("Secrets are staged for the first deployment\n");
  });

  test("do not reach a machine that is only restarted", async () => {
    const fly = new Fly();
    await fly.deployed();
    await stage(fly, "A=1");
    const [first] = fly.state.apps.chat?.machines ?? [];
    await fly.ok(["machine", "restart", first?.id ?? "", "-a", "chat"]);
    expect(readMachineStarts(fly.folder).at(-1)?.env.A).toBeUndefined();
  });
});

describe("the minimum version that flyctl stores", () => {
  test("is in its configuration folder, and lost with it", async () => {
    const fly = new Fly();
    await fly.deployed();
    await stage(fly, "A=1");
    expect(fly.read("fly/config.yml")).toBe("app_secrets_minvers:\n    chat: 1\n");
    await fly.deploy();
    expect(readMachineStarts(fly.folder).at(-1)?.minSecretsVersion).toBe(1);
    const elsewhere = { FLY_CONFIG_DIR: `${fly.folder}/elsewhere` };
    await fly.deploy([], elsewhere);
    expect(readMachineStarts(fly.folder).at(-1)?.minSecretsVersion).toBeNull();
    await fly.ok(["secrets", "sync", "-a", "chat"], { env: elsewhere });
    await fly.deploy([], elsewhere);
    expect(readMachineStarts(fly.folder).at(-1)?.minSecretsVersion).toBe(2);
  });

  test("keeps the other lines of the file", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    fly.write("fly/config.yml", "access_token: abc\napp_secrets_minvers:\n    other: 7\nlast_login: x\n");
    await stage(fly, "A=1");
    expect(fly.read("fly/config.yml")).toBe(
      "access_token: abc\nlast_login: x\napp_secrets_minvers:\n    other: 7\n    chat: 1\n",
    );
    const fromFile = await fly.start(["auth", "whoami"], { env: { FLY_API_TOKEN: "" } });
    expect(fromFile.exitCode).toBe(1);
  });
});
