import type { Value } from "../../values.ts";

/** An error response of the API server, with its message. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly details: Value;
  constructor(status: number, body: Value) {
    super(
      typeof body?.message === "string"
        ? body.message
        : `the server answered ${status}${typeof body === "string" && body ? `: ${body}` : ""}`,
    );
    this.name = "ApiError";
    this.status = status;
    this.reason = body?.reason ?? "";
    this.details = body?.details;
  }
}

/** The cluster does not have this kind (yet). */
export class NoSuchKindError extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
    this.name = "NoSuchKindError";
  }
}

/** The API server did not answer. */
export class UnreachableError extends Error {
  readonly reason: string;
  constructor(reason: string, cause?: unknown) {
    super(`configured Kubernetes cluster is unreachable: ${reason}`, { cause });
    this.name = "UnreachableError";
    this.reason = reason;
  }
}

const hasReason =
  (reason: string) =>
  (error: unknown): error is ApiError =>
    error instanceof ApiError && error.reason === reason;

export const isNotFound = (error: unknown) => error instanceof ApiError && error.status === 404;
export const isAlreadyExists = hasReason("AlreadyExists");
export const isConflict = hasReason("Conflict");
export const isForbidden = hasReason("Forbidden");
export const isInvalid = hasReason("Invalid");
export const isNamespaceMissing = (error: unknown) =>
  isNotFound(error) && (error as ApiError).details?.kind === "namespaces";
export const isDryRunRefused = (error: unknown) =>
  error instanceof ApiError && error.status === 400 && error.message.includes("does not support dry run");
