import { createLogUpdate } from "log-update";
import picocolors from "picocolors";
import type { Run } from "../health/evidence.ts";
import { formatResults, formatVerdict } from "../health/report.ts";
import { failuresAmong } from "../health/check.ts";
import { formatTally, Tally } from "./table.ts";

/** The output of one run or of many. */
export interface Screen {
  run(run: Run): void;
  /** Restores the terminal. */
  end(): void;
}

const verdict = "Chatwoot smoke test";

export interface ScreenOptions {
  heading: string;
  json: boolean;
  intervalSeconds: number | undefined;
  stream?: NodeJS.WriteStream;
}

/** A live table in a terminal, lines otherwise, JSON with --json. */
export function openScreen({ heading, json, intervalSeconds, stream = process.stdout }: ScreenOptions): Screen {
  if (json) return { run: (run) => void stream.write(`${JSON.stringify(run)}\n`), end: () => {} };
  if (intervalSeconds !== undefined && stream.isTTY === true) return liveScreen(heading, intervalSeconds, stream);
  const colour = picocolors.isColorSupported && stream.isTTY === true;
  let isFirst = true;
  return {
    run({ at, results }) {
      if (isFirst) stream.write(`${heading}\n${formatResults(results, { colour })}\n`);
      else if (failuresAmong(results).length > 0)
        stream.write(`${formatResults(failuresAmong(results), { colour })}\n`);
      const time = intervalSeconds === undefined ? "" : `${at.slice(0, 19)}Z `;
      stream.write(`${time}${formatVerdict(verdict, results)}\n`);
      isFirst = false;
    },
    end: () => {},
  };
}

function liveScreen(heading: string, intervalSeconds: number, stream: NodeJS.WriteStream): Screen {
  const update = createLogUpdate(stream);
  const tally = new Tally();
  const started = Date.now();
  let nextAt = started;
  let last = "";
  let hasEnded = false;
  const draw = (): void => {
    const seconds = Math.max(0, Math.ceil((nextAt - Date.now()) / 1000));
    const state = hasEnded ? "ended" : `${seconds === 0 ? "running" : `next in ${seconds} s`}; press Ctrl-C to stop`;
    const table =
      tally.runs === 0
        ? ""
        : formatTally(tally, { columns: stream.columns || 80, colour: picocolors.isColorSupported });
    update(
      [
        heading,
        `run ${tally.runs}, ${tally.failedRuns} failed, every ${intervalSeconds} s, ${state}`,
        "",
        table,
        last,
      ].join("\n"),
    );
  };
  const ticking = setInterval(draw, 1000);
  ticking.unref();
  draw();
  return {
    run({ at, results }) {
      tally.add(results);
      nextAt = Date.parse(at) + intervalSeconds * 1000;
      last = `${at.slice(0, 19)}Z ${formatVerdict(verdict, results)}`;
      draw();
    },
    end() {
      clearInterval(ticking);
      hasEnded = true;
      draw();
      update.done();
    },
  };
}
