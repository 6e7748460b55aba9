import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { railsConsole } from "../../ops/troubleshoot/console.ts";
import { databaseCommand } from "../../ops/troubleshoot/database.ts";
import { queuesCommand } from "../../ops/scale/queues.ts";
import { splitWords } from "flyctl-stand-in/shell-words";
import { localEnvironment } from "./environment.ts";
import { insideProgram } from "./inside.ts";
import { forgetProgram, forgetServers, writeProgram, writeServers } from "./place.ts";
import { rubyProgram } from "./program.ts";

const ports = { "db.example.com:5432": 20001, "cache:6379": 20002, "chatwoot-redis.chatwoot.svc:6380": 1 };
const servers = { ports, ruby: "/bin/false", path: "/bin" };

test.each<[string, Record<string, string>, Record<string, string>]>([
  [
    "the database, without TLS and with its own user",
    { POSTGRES_HOST: "db.example.com", POSTGRES_PORT: "5432", POSTGRES_PASSWORD: "p", PGSSLMODE: "verify-full" },
    {
      POSTGRES_HOST: "127.0.0.1",
      POSTGRES_PORT: "20001",
      POSTGRES_PASSWORD: "p",
      PGSSLMODE: "disable",
      PGSSLROOTCERT: "",
    },
  ],
  [
    "a port that is left out",
    { POSTGRES_HOST: "db.example.com", REDIS_URL: "redis://cache" },
    {
      POSTGRES_HOST: "127.0.0.1",
      POSTGRES_PORT: "20001",
      PGSSLMODE: "disable",
      PGSSLROOTCERT: "",
      REDIS_URL: "redis://127.0.0.1:20002",
    },
  ],
  [
    "Redis with its password as it is written",
    { REDIS_URL: "rediss://default:p%40ss@cache:6379" },
    { REDIS_URL: "redis://default:p%40ss@127.0.0.1:20002" },
  ],
  [
    "a Redis that does not run",
    { REDIS_URL: "redis://:p@chatwoot-redis.chatwoot.svc:6380", REDIS_PASSWORD: "p" },
    { REDIS_URL: "redis://:p@127.0.0.1:1", REDIS_PASSWORD: "p" },
  ],
  [
    "another server, which stays where it is",
    { POSTGRES_HOST: "db.example.com", POSTGRES_PORT: "6543", REDIS_URL: "redis://other:6379" },
    { POSTGRES_HOST: "db.example.com", POSTGRES_PORT: "6543", REDIS_URL: "redis://other:6379" },
  ],
  ["nothing", { RAILS_ENV: "production", REDIS_URL: "$(NAME)" }, { RAILS_ENV: "production", REDIS_URL: "$(NAME)" }],
])("finds %s", (_, environment, expected) => expect(localEnvironment(environment, { ports })).toEqual(expected));

test.each([queuesCommand, databaseCommand])("runs the programs of ops by Ruby alone", (command) => {
  const { args, environment } = rubyProgram(command.split(" "))!;
  expect(args[0]).toBe("-e");
  expect(args).toHaveLength(2);
  expect(environment).toEqual({ BUNDLE_GEMFILE: "/app/Gemfile" });
});

test.each(["bundle exec rails console --sandbox", "sh -c 'cd /app && exec bundle exec rails console --sandbox'"])(
  "%s is irb",
  (command) =>
    expect(rubyProgram(splitWords(command))).toEqual({
      args: [expect.stringMatching(/console\.rb$/), "--sandbox"],
      environment: {},
    }),
);

test.each([
  ["cd /app && ", false],
  ["cd /app && ", true],
  ["", true],
])("the console of ops is irb, after %j, with --sandbox: %s", (folder, isSandbox) => {
  const { args, environment } = rubyProgram(["sh", "-c", folder + railsConsole(isSandbox)])!;
  expect(args).toEqual([expect.stringMatching(/console\.rb$/), ...(isSandbox ? ["--sandbox"] : [])]);
  expect(environment).toEqual(
    isSandbox ? { IRBRC_TEXT: expect.stringContaining("clear_active_connections!") as string } : {},
  );
});

test.each([
  "ls /",
  "sh",
  "sh -c 'rm -rf /'",
  "sh -c 'cd /app && exec ls'",
  "bundle exec rails runner x",
  "bundle exec rails console --environment test",
  "bundle install",
  "env",
  "env A=1 ls",
  "ruby -e 1",
  "",
])("%s is not run: this machine's would be another", (command) => {
  expect(rubyProgram(splitWords(command))).toBeUndefined();
  expect(insideProgram(splitWords(command), {}, servers)).toEqual({
    refusal: expect.stringMatching(/^only Ruby programs/),
  });
});

test("without servers every command is refused", () =>
  expect(insideProgram(queuesCommand.split(" "), {}, undefined)).toEqual({
    refusal: expect.stringContaining("`npm run sandbox -- ops`"),
  }));

describe("the program that stand-ins start", () => {
  const folder = mkdtempSync(join(tmpdir(), "inside-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const insideFile = join(folder, "inside.json");
  const start = (...words: string[]) => {
    const { program } = JSON.parse(readFileSync(insideFile, "utf8")) as { program: [string, ...string[]] };
    const [file, ...args] = program;
    const env = { REDIS_URL: "redis://:p@cache:6379", TMPDIR: tmpdir() };
    return spawnSync(file, [...args, ...words], { encoding: "utf8", env });
  };

  test("passes arguments, environment and exit code through Ruby, and prints one line for a refusal", () => {
    writeProgram(insideFile);
    expect(start("bundle", "exec", "ruby", "-e", "1")).toMatchObject({
      status: 127,
      stdout: "",
      stderr: expect.stringMatching(/^sandbox: no servers are running; .*\n$/),
    });
    const ruby = join(folder, "ruby");
    writeFileSync(ruby, '#!/bin/sh\necho "$# $1 $2"\nenv | sort\necho oops >&2\nexit 7\n', { mode: 0o755 });
    writeServers(insideFile, { ports, ruby, path: "/usr/bin:/bin" });
    const { status, stdout, stderr } = start("bundle", "exec", "ruby", "-e", "a b");
    expect([status, stderr]).toEqual([7, "oops\n"]);
    const [args, ...environment] = stdout.trimEnd().split("\n");
    expect(args).toBe("2 -e a b");
    const own = environment.filter((line) => !/^(PWD|SHLVL|_|OLDPWD|TMPDIR)=/.test(line));
    expect(own).toEqual([
      `HOME=${tmpdir()}`,
      "LANG=C.UTF-8",
      "PATH=/usr/bin:/bin",
      "REDIS_URL=redis://:p@127.0.0.1:20002",
    ]);
    forgetServers(insideFile);
    expect(start("bundle", "exec", "ruby", "-e", "1").status).toBe(127);
    forgetProgram(insideFile);
    expect(readdirSync(folder)).toEqual(["ruby"]);
  });
});
