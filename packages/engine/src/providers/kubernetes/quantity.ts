import { mapValue, type Value } from "../../values.ts";

const decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** Keys under which a map's values are quantities. */
const quantityMaps = new Set([
  "limits",
  "requests",
  "capacity",
  "allocatable",
  "hard",
  "overhead",
  "defaultRequest",
  "maxLimitRequestRatio",
]);
/** Keys whose own value is a quantity. */
const quantities = new Set(["sizeLimit", "averageValue", "divisor"]);

function exact(digits: bigint, exponent: number): { digits: bigint; exponent: number } {
  let [value, power] = [digits, exponent];
  while (value !== 0n && value % 10n === 0n) [value, power] = [value / 10n, power + 1];
  return { digits: value, exponent: power };
}

interface Quantity {
  sign: string;
  whole: string;
  fraction: string;
  suffix: string;
}

function parseQuantity(text: string): Quantity | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/.exec(text);
  if (!match) return undefined;
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match;
  return whole === "" && fraction === "" ? undefined : { sign, whole, fraction, suffix };
}

const decimalPower = (suffix: string): number => decimal.indexOf(suffix) - decimal.indexOf("");

/**
 * The API server's normal form of a quantity (`0.5` -> `500m`, `1024Mi` -> `1Gi`). Other texts, and quantities with an
 * exponent, are unchanged.
 */
export function canonicalQuantity(text: string): string {
  const quantity = parseQuantity(text);
  if (quantity === undefined) return text;
  const { sign, whole, fraction, suffix } = quantity;
  const { digits, exponent } = exact(BigInt(whole + fraction), -fraction.length);
  const minus = sign === "-" ? "-" : "";
  if (digits === 0n) return "0";
  if (suffix.endsWith("i")) {
    let value = digits * 1024n ** BigInt(binary.indexOf(suffix));
    if (exponent >= 0) value *= 10n ** BigInt(exponent);
    else if (value % 10n ** BigInt(-exponent) === 0n) value /= 10n ** BigInt(-exponent);
    // A fraction of a byte has no binary form, so the server uses decimal.
    else return minus + canonicalDecimal(value, exponent);
    let power = 0;
    while (power < binary.length - 1 && value % 1024n === 0n) [value, power] = [value / 1024n, power + 1];
    return `${minus}${value}${binary[power]}`;
  }
  return minus + canonicalDecimal(digits, exponent + 3 * decimalPower(suffix));
}

function canonicalDecimal(digits: bigint, exponent: number): string {
  const reduced = exact(digits, exponent);
  const group = Math.max(-3, Math.min(6, Math.floor(reduced.exponent / 3)));
  const rest = reduced.exponent - 3 * group;
  // Finer than nano is rounded up, as the server does.
  const value = rest >= 0 ? reduced.digits * 10n ** BigInt(rest) : reduced.digits / 10n ** BigInt(-rest) + 1n;
  return `${value}${decimal[group + 3]}`;
}

/** The object with its quantities in the API server's normal form. */
export function canonicalQuantities(value: Value, key?: string | number): Value {
  const ofMap = typeof key === "string" && quantityMaps.has(key);
  return mapValue(value, (item, name) => {
    if ((typeof item === "string" || typeof item === "number") && (ofMap || quantities.has(String(name))))
      return canonicalQuantity(String(item));
    return canonicalQuantities(item, name);
  });
}
