/** A line of the recording. */
export interface Recorded {
  part: string;
  args: string[];
  stdin: string;
  exit: number;
  stdout: string;
  stderr: string;
}
