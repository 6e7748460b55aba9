/*
 * Prints the comment on a pull request from a text that the pull request's own code wrote: `preview-comment.ts FILE`.
 * COMMIT, CONCLUSION and RUN_URL come from GitHub.
 */
import { lstatSync, readFileSync } from "node:fs";
import { quoted } from "./quoted.ts";

/** GitHub's limit is 65,536 characters. */
const limit = 65_000;
/** Identifies the workflow's earlier comment. */
const marker = "<!-- chatwoot-preview-diff -->";

const { COMMIT = "", CONCLUSION = "", RUN_URL = "" } = process.env;
const head = [
  marker,
  `**Preview of ${COMMIT}**: [the run](${RUN_URL}) ended with ${CONCLUSION}.`,
  "The code of this pull request wrote everything in the quotation, results of policies and schemas included. It can " +
    "write anything there: review the change itself.",
].join("\n\n");

const text = read(process.argv[2] ?? "");
const comment = `${head}\n\n${text.trim() === "" ? "The run wrote no preview." : quoted(text)}`;
const cut = "\n> _Truncated at GitHub's size limit._";
process.stdout.write(comment.length <= limit ? comment : comment.slice(0, limit - cut.length).trimEnd() + cut);

/** Reads a regular file alone: a link could lead to the workflow's own files. */
function read(file: string): string {
  const size = lstatSync(file, { throwIfNoEntry: false });
  return size?.isFile() === true && size.size < 1_000_000 ? readFileSync(file, "utf8") : "";
}
