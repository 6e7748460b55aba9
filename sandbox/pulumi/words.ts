import { parseArgs } from "node:util";

/** A command of the sandbox's `pulumi`. */
export type Asked =
  | { command: "config set"; stack: string; key: string; value: string; isPath: boolean }
  | { command: "up" | "preview"; stack: string; replace: readonly string[]; refresh: boolean; json: boolean }
  | { command: "refresh"; stack: string; clearPendingCreates: boolean }
  | { command: "stack export"; stack: string };

const text = { type: "string" } as const;
const yesOrNo = { type: "boolean", default: false } as const;
const common = { stack: text, "non-interactive": yesOrNo };
const run = {
  ...common,
  yes: yesOrNo,
  "skip-preview": yesOrNo,
  refresh: yesOrNo,
  json: yesOrNo,
  replace: { type: "string", multiple: true },
} as const;

/** Parses a command line; throws an `Error` for unsupported commands and flags. */
export function readWords(argv: readonly string[]): Asked {
  const command = ["config set", "stack export", "refresh", "up", "preview"].find((known) =>
    known.split(" ").every((word, at) => argv[at] === word),
  ) as Asked["command"] | undefined;
  if (command === undefined) throw new Error(`the sandbox's pulumi has no command '${argv.slice(0, 2).join(" ")}'`);
  const args = argv.slice(command.split(" ").length);
  switch (command) {
    case "config set": {
      const options = { ...common, plaintext: yesOrNo, path: yesOrNo };
      const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
      const [key, value, ...more] = positionals;
      if (key === undefined || value === undefined || more.length > 0)
        throw new Error("config set: pass a key and a value");
      if (!values.plaintext) throw new Error("config set: pass --plaintext. The sandbox stores no other values");
      return { command, stack: given(values.stack), key, value, isPath: values.path };
    }
    case "stack export":
      return { command, stack: given(parseArgs({ args, options: common }).values.stack) };
    case "refresh": {
      const options = { ...common, yes: yesOrNo, "skip-preview": yesOrNo, "clear-pending-creates": yesOrNo };
      const { values } = parseArgs({ args, options });
      if (!values.yes && !values["skip-preview"])
        throw new Error("--yes or --skip-preview must be passed in to proceed when running in non-interactive mode");
      return { command, stack: given(values.stack), clearPendingCreates: values["clear-pending-creates"] };
    }
    default: {
      const { values } = parseArgs({ args, options: run });
      if (command === "up" && !values.yes) throw new Error("up: --yes must be passed in to proceed without a terminal");
      if (command === "up" && values.json) throw new Error("up: the sandbox prints no JSON");
      const { replace = [], refresh, json } = values;
      return { command, stack: given(values.stack), replace, refresh, json };
    }
  }
}

function given(stack: string | undefined): string {
  if (stack === undefined) throw new Error("no stack is selected. Pass --stack");
  return stack;
}
