import { expect, test } from "vitest";
import { pairRow, type Row } from "./row.ts";
import { renderTable } from "./table.ts";

const preview = pairRow({
  measure: "preview / empty",
  goal: 1.15,
  names: ["preview", "empty"],
  subject: [120, 100, 110],
  base: [100, 100, 100],
});
const slow: Row = {
  measure: "m",
  summary: { median: 70.4, min: 60, max: 99.6 },
  unit: "ms",
  goal: 50,
  underlying: "u",
};

test("aligns rows and prints the notes below them", () => {
  expect(renderTable([preview, slow]).split("\n")).toEqual([
    "measure         | median | spread       | goal    | met?",
    "----------------|--------|--------------|---------|-----",
    "preview / empty | 1.10   | 1.00–1.20    | ≤ 1.15  | yes",
    "    preview 110 ms, empty 100 ms",
    "m               | 70 ms  | 60 ms–100 ms | ≤ 50 ms | no",
    "    u",
  ]);
});

test("marks a row without a goal neither as met nor as missed", () => {
  const { goal: _goal, ...informing } = preview;
  expect(renderTable([informing]).split("\n")[2]).toBe("preview / empty | 1.10   | 1.00–1.20 |      |");
});
