import { mkdirSync, existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { mergeValues, writeStackFile, type Props, type Value } from "pulumi-embedded-engine";

/** Values set with `pulumi config set` in the sandbox, by `namespace:key`. The project's stack file is not changed. */
export function readSettings(file: string): Props {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Props) : {};
}

/** As `pulumi config set` does: with a path, `true`, `false` and integers are not stored as strings. */
export async function set(file: string, key: string, text: string, isPath: boolean): Promise<void> {
  const [head = "", ...path] = isPath ? key.split(".") : [key];
  const value: Value = isPath && /^(true|false|-?\d{1,15})$/.test(text) ? JSON.parse(text) : text;
  const nested = path.reduceRight<Value>((inner, name) => ({ [name]: inner }), value);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  await writeStackFile(file, `${JSON.stringify(mergeValues(readSettings(file), { [head]: nested }), null, 2)}\n`);
}
