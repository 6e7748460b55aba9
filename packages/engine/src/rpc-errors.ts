/** Whether an error is the SDK's report of the engine's own error response. */
export function isRpcError(error: unknown): boolean {
  return typeof error === "object" && error !== null && typeof (error as { code?: unknown }).code === "number";
}
