import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { relayOf } from "./known-names.ts";
import { parseEnvFile, readVault } from "./vault.ts";

const lines: [string, string, string | undefined][] = [
  ["bare", "A=b", "b"],
  ["exported", "export A=b", "b"],
  ["in double quotes", 'A="b c"', "b c"],
  ["in single quotes", "A='b\"c'", 'b"c'],
  ["with a hash in it", "A=redis://:p#w@host", "redis://:p#w@host"],
  ["with a comment", "A=b # c", "b"],
  ["with a comment after quotes", 'A="b # c" # d', "b # c"],
  ["with an equals sign", "A=postgresql://h/d?sslmode=require", "postgresql://h/d?sslmode=require"],
  ["with a carriage return", "A=b\r", "b"],
  ["empty", "A=", undefined],
  ["commented out", "# A=b", undefined],
];
test.each(lines)("a value %s", (_, line, value) => {
  const others = `B=1\n${line}\nC=2\n`;
  expect(parseEnvFile(others).find(([name]) => name === "A")?.[1]).toBe(value);
  expect(parseEnvFile(others)).toContainEqual(["C", "2"]);
});

function vaultOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "vault-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
const values = (folder: string, stack: string) =>
  Object.fromEntries([...readVault(folder, stack)].map(([name, { value }]) => [name, value]));

test("reads the stack's files and those of no environment, in any folder", () => {
  const folder = vaultOf({
    "occ/fly/api_token.env": "FLY_API_TOKEN=t",
    "occ/db/database_url_staging.env": "DATABASE_URL=s",
    "occ/db/database_url_prod.env": "DATABASE_URL=p",
    "production/.env": "REDIS_URL=r",
    "notes.txt": "A=b",
  });
  expect(values(folder, "staging")).toEqual({ FLY_API_TOKEN: "t", DATABASE_URL: "s" });
  expect(values(folder, "prod")).toEqual({ FLY_API_TOKEN: "t", DATABASE_URL: "p" });
});

test("refuses two values of one name without printing them, and names a folder that does not exist", () => {
  const folder = vaultOf({ "a.env": "DATABASE_URL=secret-1", "b.env": "DATABASE_URL=secret-2" });
  expect(() => readVault(folder, "staging")).toThrow(/DATABASE_URL has different values in .*a\.env and .*b\.env\. /);
  expect(() => readVault(folder, "staging")).not.toThrow(/secret-/);
  expect(() => readVault(join(folder, "none"), "staging")).toThrow(/does not exist\. Name a folder of \.env files\.$/);
});

test("the SMTP names become the relay", () => {
  const relay = (names: Record<string, string>) =>
    relayOf(new Map(Object.entries(names).map(([name, value]) => [name, { value, file: "x" }])));
  expect(relay({ SMTP_PASSWORD: "p" })).toBeUndefined();
  expect(relay({ SMTP_ADDRESS: "a" })).toEqual({ address: "a", authentication: "none" });
  expect(
    relay({ SMTP_ADDRESS: "a", SMTP_PORT: "465", SMTP_USERNAME: "u", SMTP_AUTHENTICATION: "LOGIN", SMTP_SSL: "true" }),
  ).toEqual({ address: "a", port: 465, username: "u", authentication: "login", tls: "tls" });
});
