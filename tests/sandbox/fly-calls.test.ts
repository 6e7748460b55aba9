import { afterEach, expect, test } from "vitest";
import { everythingOnFly } from "../processes/update/everything.ts";
import { messagesOf, openFlyAccount, type Change, type FlyAccount } from "./fly-account.ts";

let account: FlyAccount;
afterEach(() => account.dispose());

/** Every part that has steps on Fly; the support pipeline's services are elsewhere. */
const everyPart: Change = (values) => {
  everythingOnFly(values);
  delete values.settings["support"];
  delete values.secrets["factsDatabaseUrl"];
};

test("a first `up` with every part on Fly makes at most 75 calls and asks for version and token once; a second only reads what runs", async () => {
  account = openFlyAccount();
  const first = await account.up(everyPart);
  expect(first.ok, messagesOf(first)).toBe(true);
  const calls = account.calls().map(({ argv }) => argv.slice(0, 2).join(" "));
  expect(calls.length).toBeLessThanOrEqual(75);
  expect(calls.filter((call) => /^(version|auth whoami)/.test(call)).sort()).toEqual(["auth whoami", "version --json"]);
  const second = await account.up(everyPart);
  expect(second.ok).toBe(true);
  const reads = account
    .calls()
    .slice(calls.length)
    .map(({ argv }) => argv.join(" ").replace(/ --app .*/, ""));
  // Of Chatwoot, its Redis and the log shipper; the backup's machine has no releases.
  expect(reads.sort()).toEqual(
    ["machine list", "releases", "secrets list"]
      .flatMap((read) => [read, read, read])
      .concat("machine list", "secrets list")
      .sort(),
  );
});
