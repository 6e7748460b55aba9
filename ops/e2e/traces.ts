import { randomBytes } from "node:crypto";
import type { ChatwootClient } from "../lib/chatwoot/client.ts";
import { compactUtc } from "../logs/save.ts";

const prefix = "ops-smoke-";
/** Longer than any run, so older objects belong to a killed one. */
const abandonedMs = 60 * 60_000;

/** `ops-smoke-20251010T120000Z-1a2b`: the name of objects that a run creates. */
export function traceName(now = new Date()): string {
  return `${prefix}${compactUtc(now)}-${randomBytes(2).toString("hex")}`;
}

/** Whether a killed run left an object of this name. */
export function isAbandoned(name: string | null | undefined, now = new Date()): boolean {
  const parts = /^ops-smoke-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]{4}$/.exec(name ?? "");
  if (parts === null) return false;
  const [year = 0, month = 0, ...rest] = parts.slice(1).map(Number);
  const [day = 0, hours = 0, minutes = 0, seconds = 0] = rest;
  return now.getTime() - Date.UTC(year, month - 1, day, hours, minutes, seconds) > abandonedMs;
}

/** Deletes the objects of killed runs and returns their number. */
export async function sweep(client: ChatwootClient, accountId: number): Promise<number> {
  const inboxes = (await client.inboxes(accountId)).filter(({ name }) => isAbandoned(name));
  const contacts = (await client.searchContacts(accountId, prefix)).filter(({ name }) => isAbandoned(name));
  for (const { id } of contacts) await client.deleteContact(accountId, id);
  for (const { id } of inboxes) await client.deleteInbox(accountId, id);
  return inboxes.length + contacts.length;
}
