/** Plans and results as text for people: pure functions of a run's events. */
export { detailedDiff, logicalSteps, stepList, summaryLine, type DisplayOptions } from "./plan.ts";
export { block, inline, textDiff } from "./values.ts";
