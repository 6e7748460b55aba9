/** What Pulumi prints after a failure about everything that it then did not do. */
const consequences = [
  /the client connection is closing/,
  /failed to deliver log message/,
  /Resource monitor is terminating|resource monitor shut down/i,
];
const stackFrame = /^\s+at .+:\d+(:\d+)?\)?$|^\s+at (async )?\S+( \(.+\))?$/;

/** Whether to print each line of Pulumi: consequences of a failure are left out, with the stack traces below them. */
export function noiseFilter(): (line: string) => boolean {
  let below = false;
  return (line) => {
    const isConsequence = consequences.some((one) => one.test(line));
    below = isConsequence || (below && stackFrame.test(line));
    return !below;
  };
}
