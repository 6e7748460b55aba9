import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { parse } from "smol-toml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { quoted, renderLogShipperConfig } from "../../../components/fly/log-shipper/config.ts";
import { splitWords } from "flyctl-stand-in/shell-words";

/* The process in fly.toml, run by this machine's shell; a stub that records its start replaces Vector. */

const folder = mkdtempSync(join(tmpdir(), "log-shipper-"));
const own = (path: string): string => join(folder, path);
const secrets = { FLY_LOGS_TOKEN: "FlyV1 fm2_planted+token/==", LOKI_PASSWORD: `pl'an"ted\\ %s $HOME \`x\` #1` };
const text = renderLogShipperConfig({
  app: "chat-logs",
  organization: "personal",
  region: "ord",
  image: "vector:1.0.0",
  apps: ["chat"],
  lokiUrl: "https://loki.example.com",
  lokiUsername: "1",
});

beforeAll(() => {
  mkdirSync(own("bin"));
  writeFileSync(own("bin/vector"), '#!/bin/sh\nprintf "%s\\n" "$@" > "$OUT/arguments"\nenv > "$OUT/environment"\n');
  chmodSync(own("bin/vector"), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(env: Record<string, string>): Promise<number | undefined> {
  const { processes, experimental } = parse(text) as {
    processes: { shipper: string };
    experimental: { entrypoint: string[] };
  };
  const [program, ...args] = [...experimental.entrypoint, ...splitWords(processes.shipper)];
  const moved = args.map((arg) => arg.replaceAll("/run/shipper", own("run/shipper")));
  const { exitCode } = await execa(program!, moved, {
    extendEnv: false,
    env: { PATH: [own("bin"), process.env["PATH"]].join(delimiter), OUT: folder, ...env },
    reject: false,
    timeout: 30_000,
  });
  return exitCode;
}

test("Vector gets its secrets as private files, at the paths in its configuration", async () => {
  const given = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, quoted(value)]));
  expect(await start(given)).toBe(0);
  for (const [name, value] of Object.entries(secrets)) {
    const file = own(`run/shipper/${name}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((parse(`read = "${readFileSync(file, "utf8")}"`) as { read: string }).read).toBe(value);
  }
});

test("no secret is in Vector's arguments or environment", () => {
  expect(readFileSync(own("arguments"), "utf8")).toBe("--config\n/etc/vector/vector.toml\n");
  expect(readFileSync(own("environment"), "utf8")).not.toMatch(/planted|LOKI_PASSWORD|FLY_LOGS_TOKEN/);
});

test("a missing secret stops the start, so that the deployment fails", async () => {
  rmSync(own("arguments"));
  expect(await start({ FLY_LOGS_TOKEN: "x" })).not.toBe(0);
  expect(() => statSync(own("arguments"))).toThrow("ENOENT");
});
