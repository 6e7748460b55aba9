import { equal, unknownMarker, type Props } from "../../values.ts";

const outputs = new Set(["stdout", "stderr", "assets", "archive"]);

/**
 * The outputs that a preview of an update shows. Output of the command counts as unknown when an input is unknown, has
 * changed or is gone; an input that is merely new leaves it as it was. (The default of pulumi-go-provider, which looks
 * only at inputs that the old state had.)
 */
export function previewUpdate(oldOutputs: Props, newInputs: Props): Props {
  const isInput = (name: string) => !outputs.has(name) && !name.startsWith("__");
  const names = Object.keys({ ...oldOutputs, ...newInputs }).filter(isInput);
  const affected = names.some(
    (name) =>
      newInputs[name] === unknownMarker ||
      (oldOutputs[name] !== undefined && !equal(newInputs[name], oldOutputs[name])),
  );
  const { stdout = "", stderr = "" } = oldOutputs;
  return { ...newInputs, ...(affected ? { stdout: unknownMarker, stderr: unknownMarker } : { stdout, stderr }) };
}
