/** A problem that the operator can fix. Printed without a stack trace. */
export class StepProblem extends Error {
  /** The problem without its fix and without a full stop: "flyctl deploy failed with exit code 1". */
  readonly finding: string;
  /** The fix, without a full stop. */
  readonly fix: string;

  /** `what: problem. Fix.`; the fix starts a new line if the problem ends with a list. */
  constructor(what: string, wrong: string, fix: string) {
    super(`${what}: ${wrong}${wrong.endsWith("\n") ? "" : ". "}${fix}.`);
    this.name = "StepProblem";
    this.finding = `${what} ${wrong}`;
    this.fix = fix;
  }
}
