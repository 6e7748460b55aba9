/** Something that the person at the terminal can mend: printed as it is, without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}
