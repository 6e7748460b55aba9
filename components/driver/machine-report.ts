import { isHealthy, type Machine } from "./machines.ts";

/** A table of the machines and their versions. */
export function machineTable(machines: readonly Machine[]): string {
  if (machines.length === 0) return "  no machine runs";
  const rows = machines.map((machine) => [
    machine.group || "-",
    machine.id,
    machine.version,
    machine.release === "" ? "" : `release ${machine.release}`,
    machine.state,
    machine.failingChecks.length === 0 ? "" : `failing: ${machine.failingChecks.join(", ")}`,
  ]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd())
    .join("\n");
}

/** One sentence on the serving machines after a failed deployment. */
export function whatServes(machines: readonly Machine[], before: readonly Machine[]): string {
  if (before.length === 0)
    return machines.length === 0 ? "Nothing was deployed" : "The first deployment did not finish";
  const unchanged = machines.filter(({ id, release }) =>
    before.some((old) => old.id === id && old.release === release),
  );
  if (unchanged.length === machines.length && machines.length === before.length) {
    const healthy = unchanged.every(isHealthy);
    return healthy
      ? "Every machine still runs the previous release and is healthy"
      : "No machine was changed, but not all of them are healthy";
  }
  return `${unchanged.length} of ${machines.length} machines still run the previous release, the others the new release`;
}
