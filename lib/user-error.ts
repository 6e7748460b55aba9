/** A problem that the operator can fix. Printed without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}
