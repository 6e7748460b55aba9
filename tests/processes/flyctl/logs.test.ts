import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Fly, withRelease } from "./fly.ts";

interface Entry {
  readonly level: string;
  readonly instance: string;
  readonly message: string;
  readonly region: string;
  readonly timestamp: string;
  readonly meta: { readonly Event: { readonly Provider: string } };
}

/** Concatenated objects over several lines: neither a list nor one object per line. */
const entries = (text: string): readonly Entry[] =>
  text
    .split(/(?<=^\})\n/m)
    .filter((part) => part.trim() !== "")
    .map((part) => JSON.parse(part) as Entry);

const read = async (fly: Fly, flags: readonly string[] = []): Promise<readonly Entry[]> =>
  entries(await fly.ok(["logs", "-a", "chat", "--no-tail", "--json", ...flags]));

const seed = (fly: Fly): void => {
  const line = (region: string, instance: string, second: number) => ({
    timestamp: new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString(),
    level: "warn",
    instance,
    region,
    message: `from ${region}`,
    provider: "proxy",
  });
  fly.write(
    "logs.json",
    JSON.stringify({ chat: [line("fra", "b", 2), line("ord", "a", 1)], other: [line("lhr", "c", 3)] }),
  );
};

describe("logs", () => {
  test("are concatenated pretty-printed objects, with all of flyctl's keys", async () => {
    const fly = new Fly();
    await fly.deployed();
    seed(fly);
    const text = await fly.ok(["logs", "-a", "chat", "--no-tail", "--json"]);
    expect(() => JSON.parse(text) as unknown).toThrow();
    const all = entries(text);
    expect(all.slice(-2)).toEqual(
      ["ord", "fra"].map((region) => ({
        level: "warn",
        instance: region === "ord" ? "a" : "b",
        message: `from ${region}`,
        region,
        timestamp: expect.stringContaining("2030-01-01T00:00:0"),
        meta: {
          Instance: region === "ord" ? "a" : "b",
          Region: region,
          Event: { Provider: "proxy" },
          HTTP: { Request: { ID: "", Method: "", Version: "" }, Response: { status_code: 0 } },
          Error: { Code: 0, Message: "" },
          URL: { Full: "" },
        },
      })),
    );
  });

  test("contain starts and exits of machines and the output of the release command", async () => {
    const fly = new Fly();
    fly.faults({ releaseCommand: { logs: ["== 20240101 Migrate"] } });
    await fly.deployed(withRelease);
    const [web = ""] = fly.machineIds("web");
    await fly.ok(["machine", "stop", web, "-a", "chat"]);
    const all = await read(fly);
    expect(all.find(({ message }) => message === "== 20240101 Migrate")?.meta.Event.Provider).toBe("app");
    const own = all.filter(({ instance }) => instance === web).map(({ message }) => message);
    expect(own).toEqual([
      "Machine started",
      "Sending signal SIGINT to main child process",
      "machine exited with exit code 0, not restarting",
    ]);
  });

  test("are filtered by region, or by machine in any region", async () => {
    const fly = new Fly();
    await fly.deployed();
    seed(fly);
    expect((await read(fly, ["-r", "fra"])).map(({ message }) => message)).toEqual(["from fra"]);
    expect((await read(fly, ["-m", "a", "-r", "fra"])).map(({ message }) => message)).toEqual(["from ord"]);
    expect((await read(fly, ["-i", "b"])).map(({ message }) => message)).toEqual(["from fra"]);
  });

  test("contain at most the last hundred lines", async () => {
    const fly = new Fly();
    await fly.deployed();
    const lines = Array.from({ length: 150 }, (_, index) => ({
      timestamp: `2030-01-01T00:00:00.${index + 100}Z`,
      message: String(index),
    }));
    fly.write("logs.json", JSON.stringify({ chat: lines }));
    const all = await read(fly);
    expect([all.length, all.at(-1)?.message]).toEqual([100, "149"]);
  });

  test("as text have a time, a source, a region and a level before the message", async () => {
    const fly = new Fly();
    await fly.deployed();
    seed(fly);
    const text = await fly.ok(["logs", "-a", "chat", "--no-tail", "-r", "fra"]);
    // eslint-disable-next-line no-control-regex
    expect(text.replaceAll(/\u001b\[\d+m/g, "")).toBe("2030-01-01T00:00:02Z proxy[b] fra [warn]from fra\n");
  });

  test("wait for a line if there is none, also with --no-tail", async () => {
    const fly = new Fly();
    await fly.ok(["apps", "create", "chat", "--org", "hotdash"]);
    const reading = fly.start(["logs", "-a", "chat", "--no-tail", "--json"]);
    const ended = await Promise.race([reading.then(() => "ended"), sleep(700).then(() => "waiting")]);
    expect(ended).toBe("waiting");
    seed(fly);
    const { exitCode, stdout } = await reading;
    expect([exitCode, entries(String(stdout)).length]).toEqual([0, 2]);
  });

  test("are followed until the process is terminated", async () => {
    const fly = new Fly();
    await fly.deployed();
    const [web = ""] = fly.machineIds("web");
    const following = fly.start(["logs", "-a", "chat", "--json", "-m", web]);
    let seen = "";
    following.stdout.on("data", (chunk) => (seen += String(chunk)));
    await fly.ok(["machine", "stop", web, "-a", "chat"]);
    await expect.poll(() => seen.match(/^\}$/gm)?.length, { timeout: 60_000 }).toBe(3);
    following.kill("SIGTERM");
    const { exitCode, stdout } = await following;
    expect(exitCode).toBe(127);
    expect(entries(String(stdout)).map(({ message }) => message)).toHaveLength(3);
  });

  test.each([["--since", "1h"], ["--follow"], ["--tail", "10"]])("have no %s", async (...flags) => {
    const fly = new Fly();
    await fly.deployed();
    const { exitCode, stderr } = await fly.run(["logs", "-a", "chat", "--no-tail", ...flags]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`Error: unknown flag: ${flags[0]}\n`)]);
  });
});
