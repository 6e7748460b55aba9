import { expect, test } from "vitest";
import { commandsFor } from "./commands.ts";
import { foreignKeys, readRootKeys } from "./root-keys.ts";

const where = { context: "newjoy", namespace: "chatwoot", stack: "prod", keysFrom: "unknown" } as const;
const encoded = (text: string) => Buffer.from(text).toString("base64");
const commands = commandsFor("newjoy", { operatorNamespace: "cnpg" });
const read = (data: Record<string, string>) =>
  readRootKeys(() => Promise.resolve({ status: 200, body: { kind: "Secret", data } }), "chatwoot", commands);

test("only the keys that must never change are read, without example keys", async () => {
  const data = {
    SECRET_KEY_BASE: encoded("planted-base"),
    ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: encoded("replace_with_your_own"),
    ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: "",
    POSTGRES_PASSWORD: encoded("planted-password"),
  };
  expect(await read(data)).toEqual({ keys: { SECRET_KEY_BASE: "planted-base" }, problems: [] });
});

test("equal keys, and keys on only one side, may be written", () => {
  expect(foreignKeys(where, { SECRET_KEY_BASE: "a" }, { SECRET_KEY_BASE: "a", OTHER: "b" })).toBeUndefined();
  expect(foreignKeys(where, {}, { SECRET_KEY_BASE: "a" })).toBeUndefined();
  expect(foreignKeys(where, { SECRET_KEY_BASE: "a" }, {})).toBeUndefined();
});

test("a different key is refused by its name, without a value, with both fixes", () => {
  const message = foreignKeys(where, { SECRET_KEY_BASE: "planted-there" }, { SECRET_KEY_BASE: "planted-here" });
  expect(message).toContain("has SECRET_KEY_BASE from another deployment");
  expect(message).toContain("keep the existing keys with chatwoot:keptSecrets");
  expect(message).toContain(
    "the Secret was changed: restore it with `kubectl --context newjoy --namespace chatwoot delete secret chatwoot-secrets`",
  );
  expect(message).not.toContain("planted");
});

test("a changed Secret is not a lost state, and its keys are never kept", () => {
  const message = foreignKeys(
    { ...where, keysFrom: "state" },
    { SECRET_KEY_BASE: "planted-a" },
    { SECRET_KEY_BASE: "planted-b" },
  );
  expect(message).toContain("whose keys are in its state: the Secret was changed");
  expect(message).toContain(
    "`kubectl --context newjoy --namespace chatwoot delete secret chatwoot-secrets` and `pulumi up --refresh --stack prod`",
  );
  expect(message).not.toMatch(/keptSecrets|adopt|planted/);
});
