/** Start of the name of the secret that marks a name as staged by a run that has not released it. */
const prefix = "CHATWOOT_STAGED_";

/**
 * The mark of a new secret whose name the stack file chooses. One call stores both, and the release removes the mark: by then
 * the state has the name. So a name that a failed run left, and the stack file has no more, is known to be the stack's own.
 */
export function stagedMark(name: string): string {
  return `${prefix}${name}`;
}

/** The marks among the names of an app's secrets. */
export function stagedMarks(names: readonly string[]): string[] {
  return names.filter((name) => name.startsWith(prefix));
}

/** The marks of names that are not wanted, and these names. */
export function leftNames(present: readonly string[], wanted: readonly string[]): string[] {
  return stagedMarks(present).flatMap((mark) => {
    const name = mark.slice(prefix.length);
    return wanted.includes(name) ? [] : [mark, name];
  });
}
