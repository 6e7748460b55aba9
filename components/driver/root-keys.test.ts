import { expect, test } from "vitest";
import { foreignKeysProblem, rootKeysMark, type KeyHolder } from "./root-keys.ts";

const ours = rootKeysMark("0a");
const theirs = rootKeysMark("0b");
const keys = ["SECRET_KEY_BASE", "ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY"];

function problem(names: string[], found: Partial<KeyHolder> = {}, mark: string | undefined = ours, guarded = keys) {
  const holder = { app: "chat", stack: "staging", names, hasMachines: true, hasReleases: true, ...found };
  return foreignKeysProblem(holder, { mark, guarded })?.message;
}

test.each<[string, string | undefined]>([
  ["no secrets", problem([])],
  ["the stack's own keys", problem([...keys, ours])],
  ["the stack's own keys, with the mark that an interrupted run left", problem([...keys, theirs, ours])],
  ["other keys that nothing has used", problem([...keys, theirs], { hasMachines: false, hasReleases: false })],
  ["keys that a user keeps, without a mark", problem(keys, {}, ours, [])],
])("stores them over %s", (_, found) => {
  expect(found).toBeUndefined();
});

test.each<[string, string | undefined, string]>([
  ["without a mark", problem(keys), `fly secrets unset ${keys.join(" ")} --app chat --stage`],
  ["with another mark", problem([...keys, theirs]), `fly secrets unset ${keys.join(" ")} ${theirs} --app chat --stage`],
  [
    "that are not those a user keeps",
    problem([...keys, theirs], {}, ours, []),
    `fly secrets unset ${theirs} --app chat --stage`,
  ],
  [
    "while the stack's own are new",
    foreignKeysProblem(
      { app: "chat", stack: "staging", names: [ours], hasMachines: true, hasReleases: true },
      { mark: undefined, guarded: keys },
    )?.message,
    `fly secrets unset ${ours} --app chat --stage`,
  ],
])("refuses to overwrite keys %s", (_, found, discard) => {
  expect(found).toMatch(/^app chat: runs with .* from another deployment, which this stack would overwrite/);
  expect(found).toContain(`To discard them instead: \`${discard}\`.`);
});

test("names the way to read keys that no machine has", () => {
  expect(problem([...keys, theirs], { hasMachines: false })).toMatch(
    /^app chat: has no machines, but a release that used its own .*`fly scale count web=1 --app chat`/,
  );
});
