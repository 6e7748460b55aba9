import { expect, it } from "vitest";
import { databaseCommand } from "../../ops/troubleshoot/database.ts";
import { queuesCommand } from "../../ops/scale/queues.ts";
import { splitWords } from "flyctl-stand-in/cli/shell-words.ts";
import { localEnvironment } from "./environment.ts";
import { rubyProgram } from "./program.ts";
import { startInside } from "./run.ts";

const ports = { "db.example.com:5432": 20001, "cache:6379": 20002, "chatwoot-redis.chatwoot.svc:6380": 1 };

it.each<[string, Record<string, string>, Record<string, string>]>([
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

it.each([queuesCommand, databaseCommand])("runs the programs of ops by Ruby alone", (command) => {
  const { args, environment } = rubyProgram(command.split(" "))!;
  expect(args[0]).toBe("-e");
  expect(args).toHaveLength(2);
  expect(environment).toEqual({ BUNDLE_GEMFILE: "/app/Gemfile" });
});

it.each(["bundle exec rails console --sandbox", "sh -c 'cd /app && exec bundle exec rails console --sandbox'"])(
  "%s is irb",
  (command) =>
    expect(rubyProgram(splitWords(command))).toEqual({
      args: [expect.stringMatching(/console\.rb$/), "--sandbox"],
      environment: {},
    }),
);

it.each([
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
  const inside = { ports, ruby: "/bin/false" };
  expect(startInside({ words: splitWords(command), environment: {}, inside, stdio: "pipe" })).toMatchObject({
    exitCode: 127,
    says: expect.stringMatching(/^sandbox: only Ruby programs/),
  });
});

it("without servers nothing is run either", () =>
  expect(
    startInside({ words: queuesCommand.split(" "), environment: {}, inside: undefined, stdio: "pipe" }),
  ).toMatchObject({ exitCode: 127, says: expect.stringContaining("`npm run sandbox -- ops`") }));
