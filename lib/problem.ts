/** Something that a person can mend. Printed as it is, without a stack trace. */
export class StepProblem extends Error {
  /** What is wrong, without what to do and a full stop: "flyctl deploy failed with exit code 1". */
  readonly finding: string;
  /** What to do, without a full stop. */
  readonly fix: string;

  /** `what: what is wrong. What to do.`; the last sentence on a line of its own where what is wrong ends with a list. */
  constructor(what: string, wrong: string, fix: string) {
    super(`${what}: ${wrong}${wrong.endsWith("\n") ? "" : ". "}${fix}.`);
    this.name = "StepProblem";
    this.finding = `${what} ${wrong}`;
    this.fix = fix;
  }
}
