/** Something that a person can mend. Printed as it is, without a stack trace. */
export class StepProblem extends Error {
  /** `what: what is wrong. What to do.` */
  constructor(what: string, wrong: string, fix: string) {
    super(`${what}: ${wrong}. ${fix}.`);
    this.name = "StepProblem";
  }
}
