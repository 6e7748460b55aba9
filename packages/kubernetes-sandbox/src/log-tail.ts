import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** The last lines of a log, for an error message; empty when there is no log. */
export function logTail(path: string, lines = 15, bytes = 16_384): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString("utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } finally {
    closeSync(file);
  }
}
