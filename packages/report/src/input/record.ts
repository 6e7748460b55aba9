import type { EngineEvent, Props } from "pulumi-embedded-engine/data";
import type { EventLog, TimedEvent } from "./event-log.ts";
import { factsOf, type ResourceFacts } from "./state.ts";

export type RunCommand = "preview" | "up" | "destroy";

/** The input of a report. */
export interface RunRecord extends EventLog {
  /** Undefined if only a log is available; the command is then inferred from the events. */
  command?: RunCommand;
  /** The engine that ran the program. */
  engine: string;
  /** From the state or the engine; without them the report has no dependencies. */
  resources: readonly ResourceFacts[];
}

/** The part of the embedded engine's result that the report needs. */
interface RunResult {
  steps: readonly { urn: string; outputs?: Props }[];
}

/** Records a run of the embedded engine, with times in milliseconds. */
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
