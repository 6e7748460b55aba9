import { wrap } from "../../lib/wrap.ts";
import { detailedDiff, stepLine, summaryLine } from "pulumi-embedded-engine/display";
import type { EngineEvent, Op, RunResult } from "pulumi-embedded-engine";

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface RunKind {
  command: "preview" | "up" | "destroy" | "refresh";
  diff: boolean;
}

/** Shows one run: each finished step, the current status, diagnostics, and a summary at the end. */
export interface RunDisplay {
  event(event: EngineEvent): void;
  /** Shows a line of the program's output. */
  line(text: string): void;
  end(result: RunResult): void;
  stop(): void;
}

interface Running {
  name: string;
  op: Op;
  since: number;
  /** The latest status message of its wait. */
  status: string;
}

const statusEveryMs = 500;
/** Without a terminal, a long step prints its status at this interval. */
const heartbeatMs = 15_000;

export function createRunDisplay({ command, diff }: RunKind, output: Output, color: boolean): RunDisplay {
  const preview = command === "preview";
  const events: EngineEvent[] = [];
  const running = new Map<string, Running>();
  let statusShown = false;
  let lastLine = Date.now();

  const clear = (): void => {
    if (statusShown) output.write("\r\u001b[2K");
    statusShown = false;
  };
  const print = (text: string): void => {
    clear();
    output.write(`${text}\n`);
    lastLine = Date.now();
  };
  const showStatus = (): void => {
    const oldest = [...running.values()].sort((a, b) => a.since - b.since)[0];
    if (oldest === undefined) return;
    const seconds = Math.round((Date.now() - oldest.since) / 1000);
    const others = running.size > 1 ? `, and ${running.size - 1} more` : "";
    const text = `   ${oldest.op} ${oldest.name}, ${seconds} s${others}${oldest.status && `: ${oldest.status}`}`;
    if (output.isTTY) {
      clear();
      output.write(text.slice(0, (output.columns ?? 80) - 1));
      statusShown = true;
    } else if (Date.now() - lastLine > heartbeatMs) print(text);
  };
  const timer = setInterval(showStatus, statusEveryMs);
  timer.unref();

  const showDiagnostic = ({ severity, message, urn = "", ephemeral }: DiagnosticEvent): void => {
    if (severity === "debug") return;
    if (ephemeral) {
      const step = running.get(urn);
      if (step !== undefined) step.status = message;
      return;
    }
    const mark = severity === "error" || severity === "warning" ? `${severity}: ` : "";
    const about = urn === "" ? "" : `${nameOf(urn)}: `;
    const lines = `${mark}${about}${message.trimEnd()}`.split("\n");
    // A pipe gets whole lines, which are easier to search.
    const shown = output.isTTY
      ? lines.flatMap((line) => (line.startsWith(" ") ? line : wrap(line, (output.columns ?? 80) - 4)))
      : lines;
    print(shown.map((line) => `   ${line}`).join("\n"));
  };

  return {
    event(event) {
      events.push(event);
      if ("resourcePreEvent" in event) {
        const { op, urn } = event.resourcePreEvent.metadata;
        running.set(urn, { name: nameOf(urn), op, since: Date.now(), status: "" });
      } else if ("resOutputsEvent" in event || "resOpFailedEvent" in event) {
        const failed = "resOpFailedEvent" in event;
        const { metadata } = failed ? event.resOpFailedEvent : event.resOutputsEvent;
        const begun = running.get(metadata.urn);
        running.delete(metadata.urn);
        const seconds = preview || begun === undefined ? undefined : (Date.now() - begun.since) / 1000;
        const line = begun && stepLine(metadata, { color, failed, seconds });
        if (line !== undefined && !(preview && diff)) print(line);
      } else if ("diagnosticEvent" in event) showDiagnostic(event.diagnosticEvent);
    },
    line: (text) => print(`   ${text}`),
    end(result) {
      clear();
      if (diff && preview) print(detailedDiff(events, { color }) || "   no changes");
      const outcome = result.ok ? "" : "Failed: ";
      const fix = result.ok ? "" : "\nFix the errors above and run the same command again to continue.";
      print(`${outcome}${summaryLine(result.changes, { preview })} in ${result.durationSeconds.toFixed(1)} s.${fix}`);
    },
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

type DiagnosticEvent = Extract<EngineEvent, { diagnosticEvent: unknown }>["diagnosticEvent"];

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
