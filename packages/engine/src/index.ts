/** A small Pulumi engine: runs an unmodified Pulumi program for Node.js with providers written in TypeScript. */

export { Engine, type EngineOptions, type RunResult } from "./engine.ts";
export type { Program } from "./in-process.ts";
export type { Step } from "./steps.ts";
export type {
  Changes,
  Diagnostic,
  DiffKind,
  EngineEvent,
  EventState,
  Op,
  Severity,
  StepEventMetadata,
} from "./events.ts";
export { exitCodes } from "./exit-codes.ts";
export { messageOf, UnsupportedError } from "./errors.ts";
export { loadProject, type Project } from "./project.ts";
export { loadStackConfig, resolveConfig, stackFilePath, type StackConfig } from "./stack-config.ts";
export {
  fullKey,
  isSecure,
  layOver,
  mergeValues,
  parseStackFile,
  readStackFile,
  writeStackFile,
  type StackFile,
} from "./stack-file.ts";
export { memoryState, openStateStore, unprotect, type FileStateStore, type StateStore } from "./state-store.ts";
export { clearPendingCreates, forget } from "./state-edit.ts";
export type { Checkpoint, PendingOperation, ResourceState } from "./resource-state.ts";
export { openCrypter, WrongPassphraseError, type Crypter } from "./passphrase.ts";
export { readGoYaml } from "./go-yaml.ts";
export { SecretMask } from "./secret-mask.ts";
export { showOutputs } from "./outputs.ts";
export { cancelOnSignals, type Cancellation } from "./signals.ts";
export { InitializationError } from "./provider.ts";
export type {
  CheckFailure,
  ChildGoal,
  DiffResult,
  PropertyChange,
  Provider,
  ProviderContext,
  ProviderFactory,
  RegisteredChild,
} from "./provider.ts";
export {
  formatPath,
  leafDiff,
  parsePath,
  pathContains,
  resetPath,
  type ChangeKind,
  type LeafChange,
  type Path,
} from "./paths.ts";
export {
  equal,
  hasSecret,
  hasUnknown,
  isObject,
  isSecret,
  markSecrets,
  plain,
  secret,
  secretSignature,
  signatureKey,
  unknownMarker,
} from "./values.ts";
export type { Props, Value } from "./values.ts";
export { isDefaultProvider, urnName } from "./urn.ts";
