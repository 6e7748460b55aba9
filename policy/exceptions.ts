import { readFileSync } from "node:fs";

/** Level and settings, by rule. */
export type Exceptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The project's exceptions, for Pulumi, the sandbox and the preview comment. */
export const exceptions = JSON.parse(readFileSync(new URL("exceptions.json", import.meta.url), "utf8")) as Exceptions;
