import { UNKNOWN, type Props } from "../../engine/values.ts";
import type { CheckFailure } from "../../engine/provider.ts";
import type { Kind } from "./kinds.ts";

/** What the arguments of a random resource must satisfy. Values that are not known yet are let pass. */
export function checkArguments(kindName: string, kind: Kind, args: Props): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const fail = (property: string, reason: string) => void failures.push({ property, reason });
  const known = (name: string) => args[name] !== undefined && args[name] !== null && args[name] !== UNKNOWN;

  for (const name of kind.required) {
    if (args[name] === undefined || args[name] === null) {
      fail(name, `Missing required argument: the argument "${name}" is required, but no definition was found`);
    }
  }
  for (const name of Object.keys(args)) {
    if (name === "keepers") continue;
    if (kindName === "RandomInteger" && name === "seed") {
      fail(name, "the sandbox cannot reproduce the seeded generator of the real provider");
    } else if (!(name in kind.types)) {
      fail(name, `${kindName} has no argument "${name}"`);
    } else if (known(name) && typeof args[name] !== kind.types[name]) {
      fail(name, `expected a ${kind.types[name]}, got ${JSON.stringify(args[name])}`);
    }
  }
  if (failures.length > 0) return failures;
  if (kindName === "RandomPassword" || kindName === "RandomString") checkText(args, known, fail);
  if (kindName === "RandomBytes" && known("length") && args["length"] < 1) {
    fail("length", `Attribute length value must be at least 1, got: ${args["length"]}`);
  }
  if (kindName === "RandomInteger" && known("min") && known("max") && args["max"] < args["min"]) {
    fail("min", "The minimum (min) value needs to be smaller than or equal to maximum (max) value.");
  }
  return failures;
}

function checkText(
  args: Props,
  known: (name: string) => boolean,
  fail: (property: string, reason: string) => void,
): void {
  const minimums = ["minUpper", "minLower", "minNumeric", "minSpecial"];
  if (known("length") && args["length"] < 1) {
    fail("length", `Attribute length value must be at least 1, got: ${args["length"]}`);
  }
  const sum = minimums.reduce((total, name) => total + (known(name) ? Number(args[name]) : 0), 0);
  if (known("length") && args["length"] < sum) {
    fail(
      "length",
      `Attribute length value must be at least sum of min_upper + min_lower + min_numeric + min_special, got: ${args["length"]}`,
    );
  }
  if (known("number") && known("numeric") && args["number"] !== args["numeric"]) {
    fail(
      "number",
      "Number and numeric are both configured with different values: Number is deprecated, use numeric instead",
    );
  }
  // The real provider demands this only where all four are given.
  for (const name of ["numeric", "number"]) {
    if ([name, "special", "upper", "lower"].every((flag) => args[flag] === false)) {
      fail(name, "At least one attribute out of [special,upper,lower,numeric] must be specified as true");
    }
  }
}
