import type { Dump } from "./dumps.ts";
import type { BackupSource } from "./source.ts";

const days: Record<BackupSource["schedule"], number> = { daily: 1, weekly: 7, monthly: 31 };
const dayMs = 24 * 60 * 60 * 1000;

/** The newest dump may be at most two periods old, so that a single failed run is tolerated. */
export type Freshness = { fine: true; text: string } | { fine: false; text: string };

export function freshnessOf(dumps: readonly Dump[], schedule: BackupSource["schedule"], now: Date): Freshness {
  const newest = dumps.find(({ manifest }) => manifest !== undefined);
  if (newest === undefined) return { fine: false, text: "No dump is complete." };
  const ageMs = now.getTime() - newest.startedAt.getTime();
  const text = `The newest complete dump is ${formatAge(ageMs)} old; the schedule is ${schedule}.`;
  return { fine: ageMs <= 2 * days[schedule] * dayMs, text };
}

export function formatAge(ageMs: number): string {
  const minutes = Math.max(0, Math.round(ageMs / 60_000));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
