import { z } from "zod";
import type { Flyctl } from "./flyctl.ts";

const list = z.array(z.object({ name: z.string(), digest: z.string() })).nullable();

/** Digests of the stored secrets by name. Fly shows them to every user of the app; a changed digest means a changed value. */
export async function secretDigests(fly: Flyctl, app: string): Promise<Record<string, string>> {
  const found = list.parse(JSON.parse(await fly.run(["secrets", "list", "--app", app, "--json"]))) ?? [];
  return Object.fromEntries(found.map(({ name, digest }) => [name, digest]));
}

/** The digests of these names; empty for a secret that is not stored. */
export function digestsOf(names: readonly string[], digests: Record<string, string>): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, digests[name] ?? ""]));
}
