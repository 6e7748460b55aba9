/*
 * Schedules in the syntax of CloudNativePG and Kubernetes (robfig/cron). They reject extensions of other cron parsers (L,
 * W, #, 7 for Sunday, ranges that wrap around), but only after everything else is deployed.
 */

interface Field {
  name: string;
  least: number;
  most: number;
  names?: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const seconds: Field = { name: "second", least: 0, most: 59 };
const fiveFields: readonly Field[] = [
  { name: "minute", least: 0, most: 59 },
  { name: "hour", least: 0, most: 23 },
  { name: "day of the month", least: 1, most: 31 },
  { name: "month", least: 1, most: 12, names: months },
  { name: "day of the week", least: 0, most: 6, names: weekdays },
];

/** The fields of a schedule, with the values that each matches. */
export type Schedule = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * Reads a schedule of five fields, or of six that start with seconds. `problem` is "problem. Fix", without the final full
 * stop.
 */
export function readCron(text: string, count: 5 | 6): Schedule | { problem: string } {
  const fields = count === 6 ? [seconds, ...fiveFields] : fiveFields;
  const parts = text.trim().split(/\s+/);
  if (parts.length !== count)
    return {
      problem:
        count === 6
          ? 'is not a schedule of six fields. CloudNativePG starts with seconds, for instance "0 0 3 * * *"'
          : 'is not a schedule of five fields. A CronJob has no seconds, for instance "0 5 * * 0"',
    };
  const schedule = new Map<string, ReadonlySet<number>>();
  for (const [index, field] of fields.entries()) {
    const values = readField(parts[index] as string, field);
    if ("problem" in values) return values;
    schedule.set(field.name, values);
  }
  return everHappens(schedule, parts.at(-1) as string)
    ? schedule
    : { problem: "names a day that none of its months has, so it never runs. Choose an earlier day of the month" };
}

function readField(text: string, field: Field): Set<number> | { problem: string } {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const range = readRange(part, field);
    if (range === undefined) {
      const names = field.names ? `, or ${field.names[0]} to ${field.names.at(-1)}` : "";
      return {
        problem:
          `has ${JSON.stringify(part)} for the ${field.name}. Write *, a number from ${field.least} to ${field.most}${names}, ` +
          "a range as 1-5, a step as */2, or several of them with commas",
      };
    }
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return values;
}

function readRange(part: string, field: Field): { from: number; to: number; step: number } | undefined {
  const found = /^(?:[*?]|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  if (found === null) return undefined;
  const [, first, last, stepText] = found;
  const step = stepText === undefined ? 1 : Number(stepText);
  const from = first === undefined ? field.least : readValue(first, field);
  // A single value with a step means a range from the value to the maximum.
  const to =
    last !== undefined ? readValue(last, field) : first === undefined || stepText !== undefined ? field.most : from;
  if (from === undefined || to === undefined || from > to || step < 1) return undefined;
  return { from, to, step };
}

function readValue(text: string, { least, most, names }: Field): number | undefined {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  const value = named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

/** Every month has each day of the week, but not each day of the month. */
function everHappens(schedule: Schedule, weekday: string): boolean {
  if (weekday !== "*" && weekday !== "?") return true;
  const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const earliest = Math.min(...(schedule.get("day of the month") ?? []));
  return [...(schedule.get("month") ?? [])].some((month) => earliest <= (days[month - 1] as number));
}
