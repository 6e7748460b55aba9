/** Something that a person can mend. Printed as it is, without a stack trace. */
export class StepProblem extends Error {
  /** What is wrong, without what to do: "flyctl deploy failed with exit code 1". */
  readonly finding: string;

  /** `what: what is wrong. What to do.` */
  constructor(what: string, wrong: string, fix: string) {
    super(`${what}: ${wrong}. ${fix}.`);
    this.name = "StepProblem";
    this.finding = `${what} ${wrong}`;
  }
}
