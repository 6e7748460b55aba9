import type { Operation, Report, ReportResource } from "../model/model.ts";

/** A sign and a word for each operation, so that the page is readable without colours. */
export const signs: Readonly<Record<Operation, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "−",
  read: ">",
  import: "↓",
  refresh: "↻",
  discard: "<",
  same: "=",
};

const done: Readonly<Record<Operation, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  read: "read",
  import: "imported",
  refresh: "refreshed",
  discard: "forgotten",
  same: "unchanged",
};

const planned: Readonly<Record<Operation, string>> = {
  ...done,
  create: "to create",
  update: "to update",
  replace: "to replace",
  delete: "to delete",
  import: "to import",
  discard: "to forget",
};

export function operationWord(operation: Operation, { command }: Pick<Report, "command">): string {
  return (command === "preview" ? planned : done)[operation];
}

/** The outcome of a resource; a failure takes precedence. */
export function outcomeWord({ operation, outcome }: ReportResource, report: Pick<Report, "command">): string {
  if (outcome === "failed") return `failed to ${operation}`;
  return outcome === "unfinished" ? `${operation}, not finished` : operationWord(operation, report);
}

export const outcomeSign = ({ operation, outcome }: ReportResource): string =>
  outcome === "failed" ? "✖" : outcome === "unfinished" ? "…" : signs[operation];

/** `0.3 s`, `12.4 s`, `3 min 05 s`; whole seconds for a log with whole seconds. */
export function duration(ms: number, resolutionMs: number): string {
  if (resolutionMs >= 1000 && ms < 1000) return "< 1 s";
  const seconds = ms / 1000;
  if (seconds < 60)
    return resolutionMs >= 1000 ? `${Math.round(seconds)} s` : `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${rest} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function percent(part: number, whole: number): string {
  return whole <= 0 ? "0 %" : `${((100 * part) / whole).toFixed(part / whole < 0.1 ? 1 : 0)} %`;
}

/** From the start of its first step to the end of its last. */
export function span({ phases }: Pick<ReportResource, "phases">): { startMs: number; endMs: number } {
  return {
    startMs: Math.min(...phases.map(({ startMs }) => startMs)),
    endMs: Math.max(...phases.map(({ endMs }) => endMs)),
  };
}

export const workMs = ({ phases }: Pick<ReportResource, "phases">): number =>
  phases.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
