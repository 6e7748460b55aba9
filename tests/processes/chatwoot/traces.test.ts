import { expect, test } from "vitest";
import { isAbandoned, sweep, traceName } from "../../../ops/e2e/traces.ts";
import { openChatwoot } from "./support.ts";

test("deletes the leftovers of a killed run once they are an hour old, and nothing else", async () => {
  const { chatwoot, client } = await openChatwoot();
  const hourAgo = traceName(new Date(Date.now() - 61 * 60_000));
  const now = traceName();
  for (const name of [hourAgo, now, "Support"]) {
    const { id } = await client.createApiInbox(1, name);
    await client.createContact(1, id, { name });
  }
  expect(await sweep(client, 1)).toBe(2);
  const names = () =>
    [chatwoot.state.inboxes, chatwoot.state.contacts].map((all) => all.map(({ name }) => name).sort());
  await expect.poll(names).toEqual([[now, "Support"].sort(), [now, "Support"].sort()]);
});

test.each(["ops-smoke-", "ops-smoke-20200101T000000Z", "my ops-smoke-20200101T000000Z-abcd", "", null, undefined])(
  "%j is not a leftover",
  (name) => expect(isAbandoned(name)).toBe(false),
);
