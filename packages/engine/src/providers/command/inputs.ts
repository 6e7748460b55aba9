import { isAbsolute, resolve } from "node:path";
import type { CheckFailure } from "../../provider.ts";
import { isObject, unknownMarker, type Props, type Value } from "../../values.ts";
import type { CommandRequest, CommandResult } from "./run.ts";

const isText = (value: Value) => typeof value === "string";

const types: Record<string, { expected: string; fits: (value: Value) => boolean }> = {
  create: { expected: "a string", fits: isText },
  update: { expected: "a string", fits: isText },
  delete: { expected: "a string", fits: isText },
  command: { expected: "a string", fits: isText },
  stdin: { expected: "a string", fits: isText },
  dir: { expected: "a string", fits: isText },
  // Any other value disables logging.
  logging: { expected: "a string", fits: isText },
  interpreter: { expected: "a list of strings", fits: (value) => Array.isArray(value) && value.every(isText) },
  environment: { expected: "a map of strings", fits: (value) => isObject(value) && Object.values(value).every(isText) },
  addPreviousOutputInEnv: { expected: "a boolean", fits: (value) => typeof value === "boolean" },
  triggers: { expected: "a list", fits: Array.isArray },
};

const unsupported = ["assetPaths", "archivePaths"];

/** The problems of a command's inputs. Unknown values are accepted. */
export function checkInputs(inputs: Props): CheckFailure[] {
  return Object.entries(inputs).flatMap(([property, value]) => {
    if (value === undefined || value === null || value === unknownMarker) return [];
    if (unsupported.includes(property))
      return [{ property, reason: "the sandbox does not implement assets and archives" }];
    const type = types[property];
    if (!type) return [{ property, reason: `a command has no property "${property}"` }];
    return type.fits(value) ? [] : [{ property, reason: `expected ${type.expected}, got ${JSON.stringify(value)}` }];
  });
}

export function commandRequest(
  command: string,
  inputs: Props,
  projectDir: string,
  previous?: Partial<CommandResult>,
): CommandRequest {
  const dir = inputs["dir"];
  return {
    command,
    interpreter: inputs["interpreter"],
    dir: dir === undefined ? projectDir : isAbsolute(dir) ? dir : resolve(projectDir, dir),
    environment: inputs["environment"],
    stdin: inputs["stdin"],
    logging: inputs["logging"],
    ...(previous && inputs["addPreviousOutputInEnv"] !== false ? { previous } : {}),
  };
}
