/** Plans and results as text: pure functions of a run's events. */
export {
  detailedDiff,
  logicalSteps,
  stepLine,
  stepList,
  summaryLine,
  type DisplayOptions,
  type StepLineOptions,
} from "./plan.ts";
export { aroundChange, block, inline, textDiff } from "./values.ts";
