import type { CheckFailure } from "../../provider.ts";
import { isObject, unknownMarker, type Props, type Value } from "../../values.ts";
import { coerceArguments } from "./coerce.ts";
import type { Kind } from "./kinds.ts";

const minimumFields = ["minUpper", "minLower", "minNumeric", "minSpecial"];

const isGiven = (value: Value) => value !== undefined && value !== null;
const isKnown = (value: Value) => isGiven(value) && value !== unknownMarker;

/**
 * Validates the arguments of a random resource with the real provider's messages, which contain the argument in the reason,
 * not as the failure's property. Unknown values and unknown arguments are accepted.
 */
export function checkArguments(kindName: string, kind: Kind, inputs: Props, resourceName: string): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const fail = (name: string, reason: string) =>
    void failures.push({ property: "", reason: `${reason}. Examine values at '${resourceName}.${name}'.` });

  for (const name of kind.required) {
    if (isGiven(inputs[name])) continue;
    fail(name, `Missing required argument. The argument "${name}" is required, but no definition was found.`);
  }
  if (kindName === "RandomInteger" && isGiven(inputs["seed"])) {
    fail("seed", "Unsupported argument. The sandbox cannot reproduce the seeded generator of the real provider");
  }
  const args = coerceArguments(kind, inputs);
  for (const [name, type] of Object.entries(kind.types)) {
    if (isKnown(args[name]) && typeof args[name] !== type) {
      throw new Error(
        `objectEncoder failed on property "${name}": Expected a ${type}, got ${JSON.stringify(args[name])}`,
      );
    }
  }
  const keepers: Value = inputs["keepers"];
  if (isObject(keepers) && Object.values(keepers).some((value) => typeof value === "object" && value !== null)) {
    throw new Error('objectEncoder failed on property "keepers": every keeper must be a text');
  }
  if ("length" in kind.types && kindName !== "RandomPet") checkLength(args, fail);
  if (kindName === "RandomPassword" || kindName === "RandomString") {
    checkMinimums(args, fail);
    checkCharacters(args, fail);
  }
  if (kindName === "RandomId" && isKnown(args["byteLength"]) && args["byteLength"] < 0) {
    // The real provider crashes over it.
    fail(
      "byteLength",
      `Invalid Attribute Value. Attribute byte_length value must be at least 0, got: ${args["byteLength"]}`,
    );
  }
  return failures;
}

type Fail = (name: string, reason: string) => void;

function checkLength(args: Props, fail: Fail): void {
  const length: Value = args["length"];
  if (!isKnown(length)) return;
  if (!Number.isInteger(length))
    return fail("length", `Invalid Attribute Value. Attribute length value must be an integer, got: ${length}`);
  if (length < 1) fail("length", `Invalid Attribute Value. Attribute length value must be at least 1, got: ${length}`);
}

function checkMinimums(args: Props, fail: Fail): void {
  const length: Value = args["length"];
  const minimums: Value[] = minimumFields.map((name) => args[name]);
  if (!isKnown(length) || minimums.includes(unknownMarker)) return;
  if (length < minimums.reduce((sum: number, minimum) => sum + Number(minimum ?? 0), 0)) {
    const sum = "min_upper + min_lower + min_numeric + min_special";
    fail("length", `Invalid Attribute Value. Attribute length value must be at least sum of ${sum}, got: ${length}`);
  }
}

function checkCharacters(args: Props, fail: Fail): void {
  for (const name of minimumFields) {
    // The real provider crashes over it.
    if (isKnown(args[name]) && args[name] < 0)
      fail(name, `Invalid Attribute Value. Attribute ${name} value must be at least 0`);
  }
  // Checked only if all four are set.
  for (const name of ["numeric", "number"]) {
    if ([name, "special", "upper", "lower"].some((flag) => args[flag] !== false)) continue;
    const all = `[special,upper,lower,${name}]`;
    fail(name, `Invalid Attribute Combination. At least one attribute out of ${all} must be specified as true`);
  }
}
