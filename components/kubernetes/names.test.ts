import { expect, test } from "vitest";
import { isOwnDatabase } from "./names.ts";

test.each<[host: string, own: boolean]>([
  ["chatwoot-db-rw", true],
  ["chatwoot-db-ro.chatwoot", true],
  ["Chatwoot-DB-rw.chatwoot.svc", true],
  ["chatwoot-db-r.chatwoot.svc.cluster.local", true],
  ["chatwoot-db-rw.other.svc", false],
  ["chatwoot-db", false],
  ["chatwoot-db-2-rw.chatwoot.svc", false],
  ["chatwoot-db-rw.chatwoot.example.com", false],
  ["db.example.com", false],
  ["10.0.0.7", false],
])("%s is the stack's database: %s", (host, own) => expect(isOwnDatabase(host, "chatwoot", "chatwoot-db")).toBe(own));
