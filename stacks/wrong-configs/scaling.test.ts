import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  [
    "more connections at the autoscalers' most than PostgreSQL has",
    "prod",
    ({ settings }) => (settings["kubernetes"].scaling = { web: { max: 10 }, worker: { max: 6 } }),
  ],
  [
    "autoscalers whose most is not more than the least",
    "prod",
    ({ settings }) => {
      settings["web"].count = 4;
      settings["kubernetes"].scaling = { web: { max: 3 }, worker: { max: 2 } };
    },
  ],
  [
    "autoscalers of something else",
    "prod",
    ({ settings }) => (settings["kubernetes"].scaling = { proxy: { max: 3 }, web: { max: 1, cpuPercent: 5 } }),
  ],
  ["more connections than PostgreSQL has", "prod", ({ settings }) => (settings["worker"].count = 9)],
]);
