import { readFileSync } from "node:fs";
import type { Call } from "../../cli/call.ts";
import { FlyError } from "../../cli/errors.ts";
import type { FlagSpec } from "../../cli/flag-spec.ts";
import type { MachineConfig } from "../../state/types.ts";

type MachineFile = NonNullable<MachineConfig["files"]>[number];

const pair = (name: string, what: string): FlagSpec => ({
  name,
  type: "stringArray",
  usage: `${what} to write to the Machine, as /path/inside/machine=... pairs`,
});

export const fileFlags: readonly FlagSpec[] = [
  pair("file-local", "Local files"),
  pair("file-literal", "Literals"),
  pair("file-secret", "Secrets (base64)"),
];

/** Adds, replaces and (`/path=`) removes files. A literal is used unchanged, although the help documents base64. */
export function withFiles(call: Call, files: readonly MachineFile[]): readonly MachineFile[] {
  let merged = [...files];
  for (const file of filesFromFlags(call)) {
    const index = merged.findIndex((each) => each.guest_path === file.guest_path);
    const removes = file.raw_value === undefined && file.secret_name === undefined;
    if (index < 0) merged.push(file);
    else merged = removes ? merged.toSpliced(index, 1) : merged.with(index, file);
  }
  return merged;
}

function filesFromFlags(call: Call): readonly MachineFile[] {
  return [
    ...parse(call, "file-local", (value) => ({ raw_value: readLocal(value) })),
    ...parse(call, "file-literal", (value) => ({ raw_value: Buffer.from(value).toString("base64") })),
    ...parse(call, "file-secret", (value) => ({ secret_name: value })),
  ];
}

function parse(call: Call, flag: string, content: (value: string) => Partial<MachineFile>): readonly MachineFile[] {
  return call.flags.strings(flag).map((text) => {
    const cut = text.indexOf("=");
    const refuse = (reason: string): FlyError => new FlyError(`failed to read ${flag}: ${reason}`);
    if (cut < 0) throw refuse(`invalid ${flag} argument ${text}`);
    const path = text.slice(0, cut);
    const value = text.slice(cut + 1);
    if (!path.startsWith("/")) throw refuse(`guest path, ${path}, must be absolute`);
    return { guest_path: path, ...(value === "" ? {} : content(value)) };
  });
}

function readLocal(path: string): string {
  try {
    return readFileSync(path).toString("base64");
  } catch {
    throw new FlyError(
      `failed to read file-local: could not read file ${path}: open ${path}: no such file or directory`,
    );
  }
}
