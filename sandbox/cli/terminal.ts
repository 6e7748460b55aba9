import pc from "picocolors";
import { createRunDisplay, type Output, type RunDisplay, type RunKind } from "./run-display.ts";

/** The output of the commands, readable without colour and without a terminal. */
export interface Terminal {
  readonly color: boolean;
  print(text: string): void;
  heading(text: string): void;
  /** Shows the progress of a run of the embedded engine. */
  showRun(kind: RunKind): RunDisplay;
}

export function createTerminal(output: Output, colors = pc.isColorSupported && output.isTTY === true): Terminal {
  const color = pc.createColors(colors);
  const print = (text: string): void => void output.write(`${text}\n`);
  return {
    color: colors,
    print,
    heading: (text) => print(`\n${color.bold(text)}`),
    showRun: (kind) => createRunDisplay(kind, output, colors),
  };
}
