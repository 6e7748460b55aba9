import { describe, expect, test } from "vitest";
import { parseEventLog } from "./event-log.ts";
import { parseState } from "./state.ts";

const line = (timestamp: number, body: object): string => JSON.stringify({ sequence: 0, timestamp, ...body });
const prelude = { preludeEvent: { config: {} } };

describe("a log of engine events", () => {
  test("is parsed line by line, with times in milliseconds", () => {
    const log = parseEventLog(`${line(7, prelude)}\n\n${line(9, { cancelEvent: {} })}\n`, "log");
    expect(log.events.map(({ at }) => at)).toEqual([7000, 9000]);
    expect(log.resolutionMs).toBe(1000);
  });

  test("may end in the middle of a line, as a killed writer leaves it", () => {
    const log = parseEventLog(`${line(7, prelude)}\n{"sequence":1,"timest`, "log");
    expect(log.events).toHaveLength(1);
  });

  test("with a preview before the deployment: only the deployment counts", () => {
    const log = parseEventLog([line(1, prelude), line(2, { cancelEvent: {} }), line(5, prelude)].join("\n"), "log");
    expect(log.events.map(({ at }) => at)).toEqual([5000]);
  });

  test.each([
    ["an empty file", "", "log: is empty. Pass the log of a run that has started."],
    ["other JSON", '{"a":1}', "log, line 1: is not an engine event. Write the log with: PULUMI_DEBUG_COMMANDS=true"],
    ["text in the middle", `${line(1, prelude)}\noops\n${line(2, prelude)}`, "log, line 2: is not an engine event."],
  ])("%s is refused, with the fix", (_what, text, message) => {
    expect(() => parseEventLog(text, "log")).toThrow(message);
  });
});

test.each(["", "[]", '{"resources":[]}'])("an invalid state is refused: %s", (text) => {
  expect(() => parseState(text, "s.json")).toThrow(
    "s.json: is not a stack's state. Write it with: pulumi stack export",
  );
});
