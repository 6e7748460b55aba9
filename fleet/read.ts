import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { describeIssues } from "../config/problems.ts";
import { fleetList, type FleetList } from "./list.ts";

/** Reads and validates a list. Throws an error with all problems and their paths. */
export function readFleet(file: string): FleetList {
  let values: unknown;
  try {
    values = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: cannot be read: ${(error as Error).message.split("\n")[0]}`, { cause: error });
  }
  return checkFleet(values, file);
}

export function checkFleet(values: unknown, file: string): FleetList {
  const result = fleetList.safeParse(values, { reportInput: true });
  if (result.success) return result.data;
  const problems = describeIssues("fleet", fleetList, result.error.issues);
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map(({ key, message }) => {
    const own = message.replace(". Add it to the stack file", ". Add it");
    return `  ${key.replace(/^fleet\.?/, "") || "the list"}: ${own}.`;
  });
  throw new Error([`${file} has ${count}:`, ...lines].join("\n"));
}
