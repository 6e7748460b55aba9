import type { EngineEvent } from "pulumi-embedded-engine/data";

/** An engine event and its time, in milliseconds since 1970. */
export interface TimedEvent {
  at: number;
  event: EngineEvent;
}

export interface EventLog {
  events: TimedEvent[];
  /** Resolution of the times; Pulumi's log has whole seconds. */
  resolutionMs: number;
}

/**
 * Reads the output of `pulumi up --event-log FILE`: one JSON object per line. An incomplete log is read up to its end. If
 * a log contains a preview and a deployment, only the deployment is read.
 */
export function parseEventLog(text: string, name: string): EventLog {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const events = lines.flatMap((line, index): TimedEvent[] => {
    const event = parseLine(line);
    if (event !== undefined) return [{ at: event.timestamp * 1000, event }];
    // A killed writer leaves a partial line only at the end.
    if (index === lines.length - 1 && index > 0) return [];
    throw new Error(
      `${name}, line ${index + 1}: is not an engine event. Write the log with: PULUMI_DEBUG_COMMANDS=true pulumi up --event-log FILE`,
    );
  });
  if (events.length === 0) throw new Error(`${name}: is empty. Pass the log of a run that has started.`);
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
