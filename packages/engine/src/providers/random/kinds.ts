import { randomBytes, randomInt, randomUUID } from "node:crypto";
import type { Props } from "../../values.ts";
import { petName } from "./pet-names.ts";
import { randomText } from "./text.ts";

export interface Kind {
  required: string[];
  defaults: Props;
  /** Outputs that are not known before the resource exists. */
  computed: string[];
  /** The type of each argument besides `keepers`. */
  types: Record<string, "number" | "boolean" | "string">;
  /** `args` have all defaults filled in. */
  generate(args: Props): { id: string; outputs: Props };
}

const textDefaults = {
  lower: true,
  upper: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};
const textTypes = {
  length: "number",
  lower: "boolean",
  upper: "boolean",
  special: "boolean",
  number: "boolean",
  numeric: "boolean",
  minLower: "number",
  minUpper: "number",
  minNumeric: "number",
  minSpecial: "number",
  overrideSpecial: "string",
} as const;

export const kinds: Record<string, Kind> = {
  // `bcryptHash` is omitted: this engine has no bcrypt, and the hash can be computed from `result`.
  RandomPassword: {
    required: ["length"],
    defaults: textDefaults,
    computed: ["id", "result"],
    types: textTypes,
    generate: (args) => ({ id: "none", outputs: { result: randomText(args), __meta: '{"schema_version":"3"}' } }),
  },
  RandomString: {
    required: ["length"],
    defaults: textDefaults,
    computed: ["id", "result"],
    types: textTypes,
    generate: (args) => {
      const result = randomText(args);
      return { id: result, outputs: { result, __meta: '{"schema_version":"2"}' } };
    },
  },
  RandomId: {
    required: ["byteLength"],
    defaults: {},
    computed: ["id", "b64Std", "b64Url", "dec", "hex"],
    types: { byteLength: "number", prefix: "string" },
    generate: ({ byteLength, prefix = "" }) => {
      const bytes = randomBytes(byteLength);
      const id = bytes.toString("base64url");
      const hex = bytes.toString("hex");
      const dec = byteLength === 0 ? 0n : BigInt(`0x${hex}`);
      return {
        id,
        outputs: {
          b64Std: prefix + bytes.toString("base64"),
          b64Url: prefix + id,
          dec: prefix + String(dec),
          hex: prefix + hex,
        },
      };
    },
  },
  RandomBytes: {
    required: ["length"],
    defaults: {},
    computed: ["base64", "hex"],
    types: { length: "number" },
    generate: ({ length }) => {
      const bytes = randomBytes(length);
      const base64 = bytes.toString("base64");
      return { id: base64, outputs: { base64, hex: bytes.toString("hex") } };
    },
  },
  RandomUuid: {
    required: [],
    defaults: {},
    computed: ["id", "result"],
    types: {},
    generate: () => {
      const result = randomUUID();
      return { id: result, outputs: { result } };
    },
  },
  RandomInteger: {
    required: ["max", "min"],
    defaults: {},
    computed: ["id", "result"],
    types: { max: "number", min: "number" },
    generate: ({ max, min }) => {
      if (max < min) {
        throw new Error(
          "Create Random Integer Error: The minimum (minVal) value needs to be smaller than or equal to maximum (maxVal) value.",
        );
      }
      const result = randomInt(min, max + 1);
      return { id: String(result), outputs: { result } };
    },
  },
  RandomPet: {
    required: [],
    defaults: { length: 2, separator: "-" },
    computed: ["id"],
    types: { length: "number", prefix: "string", separator: "string" },
    generate: ({ length, prefix, separator }) => {
      const name = petName(length, separator);
      return { id: prefix ? `${prefix}${separator}${name}` : name, outputs: {} };
    },
  },
};

/** The arguments with the defaults of their kind. */
export function withDefaults(kind: Kind, args: Props): Props {
  const filled = { ...kind.defaults, ...args };
  if (!("numeric" in kind.types)) return filled;
  const numeric = args["numeric"] ?? args["number"] ?? true;
  return { ...filled, numeric, number: numeric };
}
