/** An HTML report of a Pulumi run. */

export { renderReport, writeReport } from "./write.ts";
export { parseEventLog } from "./input/event-log.ts";
export { RunRecorder, type RunCommand, type RunRecord } from "./input/record.ts";
export { parseState, type ResourceFacts } from "./input/state.ts";
export { buildReport } from "./model/build.ts";
export { reduceEdges } from "./model/graph.ts";
export type { Report, ReportResource } from "./model/model.ts";
