import pc from "picocolors";
import { createRunDisplay, type Output, type RunDisplay, type RunKind } from "./run-display.ts";

/** What a person sees. Everything is readable without colour, and without a terminal. */
export interface Terminal {
  readonly color: boolean;
  say(text: string): void;
  heading(text: string): void;
  /** Shows a run of the embedded engine while it goes on. */
  showRun(kind: RunKind): RunDisplay;
}

export function createTerminal(output: Output, colors = pc.isColorSupported && output.isTTY === true): Terminal {
  const color = pc.createColors(colors);
  const say = (text: string): void => void output.write(`${text}\n`);
  return {
    color: colors,
    say,
    heading: (text) => say(`\n${color.bold(text)}`),
    showRun: (kind) => createRunDisplay(kind, output, colors),
  };
}
