/** Whether an error is the SDK's report of an answer that the engine itself gave. */
export function isRpcError(error: unknown): boolean {
  return typeof error === "object" && error !== null && typeof (error as { code?: unknown }).code === "number";
}
