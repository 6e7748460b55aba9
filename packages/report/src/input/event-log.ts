import type { EngineEvent } from "pulumi-embedded-engine/data";

/** An engine event and when it came, in milliseconds since 1970. */
export interface TimedEvent {
  at: number;
  event: EngineEvent;
}

export interface EventLog {
  events: TimedEvent[];
  /** How exact the times are: Pulumi's own log has whole seconds. */
  resolutionMs: number;
}

/**
 * Reads what `pulumi up --event-log FILE` writes: one JSON object a line. A log that its writer did not bring to an end is
 * read as far as it goes. Of a log with a preview before the deployment, only the deployment is taken.
 */
export function parseEventLog(text: string, name: string): EventLog {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const events = lines.flatMap((line, index): TimedEvent[] => {
    const event = parseLine(line);
    if (event !== undefined) return [{ at: event.timestamp * 1000, event }];
    // A killed writer leaves half a line at the end, and nowhere else.
    if (index === lines.length - 1 && index > 0) return [];
    throw new Error(
      `${name}, line ${index + 1}: is not an engine event. Write the log by: PULUMI_DEBUG_COMMANDS=true pulumi up --event-log FILE`,
    );
  });
  if (events.length === 0) throw new Error(`${name}: is empty. Give the log of a run that has begun.`);
  const begins = events.findLastIndex(({ event }) => "preludeEvent" in event);
  return { events: events.slice(Math.max(0, begins)), resolutionMs: 1000 };
}

function parseLine(line: string): EngineEvent | undefined {
  try {
    const event = JSON.parse(line) as Partial<EngineEvent> | null;
    const valid = typeof event === "object" && event !== null && typeof event.timestamp === "number";
    return valid ? (event as EngineEvent) : undefined;
  } catch {
    return undefined;
  }
}
