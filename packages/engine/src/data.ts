/** The data of a run without the engine: values and their marks, paths, names and masks. Of the SDK, it loads only the markers of values. */

export * from "./values.ts";
export * from "./paths.ts";
export * from "./urn.ts";
export { SecretMask } from "./secret-mask.ts";
export type { DiffKind, EngineEvent, EventBody, EventState, Op, Severity, StepEventMetadata } from "./events.ts";
