/** The data types of a run without the engine: values, paths, names and masks. Loads only the value markers of the SDK. */

export * from "./values.ts";
export * from "./paths.ts";
export * from "./urn.ts";
export { SecretMask } from "./secret-mask.ts";
export type { DiffKind, EngineEvent, EventBody, EventState, Op, Severity, StepEventMetadata } from "./events.ts";
