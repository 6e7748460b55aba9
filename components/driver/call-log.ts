/** One run of flyctl, with everything secret cut out. */
export interface CallRecord {
  /** When it began, in ISO 8601. */
  at: string;
  args: string[];
  seconds: number;
  /** Absent where it was killed. */
  exitCode?: number;
  stdout: string;
  stderr: string;
}

export interface CallLog {
  began(args: readonly string[]): void;
  /** A line that was shown while the command works. */
  said(line: string): void;
  ended(record: CallRecord): void;
}

let current: CallLog | undefined;

/** From here on, every run of flyctl in this process is written there. */
export function keepCallsIn(log: CallLog): void {
  current = log;
}

export function callLog(): CallLog | undefined {
  return current;
}
