/** The commands of the stand-in, with their flags; a test compares them with the real kubectl. */
export const globalFlags = { context: "string", namespace: "string", "request-timeout": "string" } as const;
export const commandFlags = {
  get: { selector: "string", output: "string" },
  exec: { container: "string", stdin: "boolean", tty: "boolean" },
  logs: { "all-containers": "boolean", timestamps: "boolean", since: "string" },
} as const;

export type KubectlCommand = keyof typeof commandFlags;
