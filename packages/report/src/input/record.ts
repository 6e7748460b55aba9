import type { EngineEvent, Props } from "pulumi-embedded-engine/data";
import type { EventLog, TimedEvent } from "./event-log.ts";
import { factsOf, type ResourceFacts } from "./state.ts";

export type RunCommand = "preview" | "up" | "destroy";

/** Everything that a report is made of. */
export interface RunRecord extends EventLog {
  /** Undefined where only a log is there: the events then tell what they can. */
  command?: RunCommand;
  /** What ran the program. */
  engine: string;
  /** Known from the state or from the engine; without them the report has no dependencies. */
  resources: readonly ResourceFacts[];
}

/** The part of the embedded engine's result that the report needs. */
interface RunResult {
  steps: readonly { urn: string; outputs?: Props }[];
}

/** Takes down a run of the embedded engine while it goes on, to the millisecond. */
export class RunRecorder {
  readonly #events: TimedEvent[] = [];

  event(event: EngineEvent): void {
    this.#events.push({ at: Date.now(), event });
  }

  record(command: RunCommand, { steps }: RunResult): RunRecord {
    const resources = steps.map((step) => factsOf(step));
    return { events: this.#events, resolutionMs: 1, command, engine: "the sandbox's embedded engine", resources };
  }
}
