import { readFileSync } from "node:fs";

/** By rule: another level, or settings of its own. */
export type Exceptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What this project has decided otherwise, wherever the rules are asked: by Pulumi, in the sandbox, for a comment. */
export const exceptions = JSON.parse(readFileSync(new URL("exceptions.json", import.meta.url), "utf8")) as Exceptions;
