import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Actions that the template has as they are. */
const actions = [".github/actions/setup/action.yml", ".github/actions/credentials/action.yml"];

type Edit = (text: string) => string;

/** Takes out the lines from one that starts with `first` to the next one that starts with `next`. */
const without =
  (first: string, next: string): Edit =>
  (text) => {
    const [start, end] = [text.indexOf(`\n${first}`), text.indexOf(`\n${next}`)];
    if (start < 0 || end < start) throw new Error(`template: no lines from "${first}" to "${next}"`);
    return text.slice(0, start) + text.slice(end);
  };

const inPlaceOf =
  (from: string | RegExp, to: string): Edit =>
  (text) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`template: ${from} is not in the workflow`);
    return changed;
  };

/** What a project with one stack and the installed package does otherwise. */
const workflows: Readonly<Record<string, readonly Edit[]>> = {
  // The report of a run is rendered only in this repository.
  deploy: [without("      - name: Render the report", "      - name: Check that Chatwoot")],
  drift: [
    inPlaceOf("[staging, prod]", "[staging]"),
    inPlaceOf("      - name: Open, update", "      - uses: ./.github/actions/setup\n      - name: Open, update"),
  ],
  // The comparison without credentials needs the embedded engine.
  preview: [
    inPlaceOf("[staging, prod]", "[staging]"),
    inPlaceOf(/^#[^]*?\n(?=name:)/, "# Previews a pull request against the real state, after a reviewer's approval.\n"),
    inPlaceOf(
      /, and no person is responsible for a bot's change: .*/,
      ", and no person is responsible for a bot's change.",
    ),
    without("  diff:", "  pulumi:"),
  ],
};

/** The template's workflows and actions, made from those of this repository. */
export function templateFiles(root: string): Record<string, string> {
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  return Object.fromEntries([
    ...actions.map((path) => [`template/${path}`, read(path)]),
    ...Object.entries(workflows).map(([name, edits]) => {
      const path = `.github/workflows/${name}.yml`;
      const text = edits.reduce((made, edit) => edit(made), read(path));
      return [`template/${path}`, installed(text)];
    }),
  ]) as Record<string, string>;
}

const installed: Edit = (text) =>
  text
    .replaceAll(/(?<!\/)\bscripts\/ci\//g, "node_modules/chatwoot-pulumi/scripts/ci/")
    .replaceAll("docs/review.md", "README.md");
