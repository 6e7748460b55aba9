/** The run has failed or was cancelled: the SDK stops silently, and nothing more is reported. */
export class UnavailableError extends Error {
  constructor() {
    super("resource monitor shut down");
    this.name = "UnavailableError";
  }
}

/** A feature of Pulumi that this engine lacks. */
export class UnsupportedError extends Error {
  constructor(feature: string, where: string, advice: string) {
    super(`${where}: the sandbox engine does not support ${feature}. ${advice}`);
    this.name = "UnsupportedError";
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
