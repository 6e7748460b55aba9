import { parseDocument, type Document, type ScalarTag, type Tags } from "yaml";
import type { Value } from "./values.ts";

/*
 * Pulumi reads its files with gopkg.in/yaml.v3, which reads plain scalars by rules of its own: times become values, whose
 * text Pulumi passes to the program; numbers may have underscores and the octal form of YAML 1.1; but yes, no, on, off and
 * 12:30 are text.
 */

/** Parses YAML as Pulumi does. Problems are in `errors` of the document. */
export function parseGoYaml(text: string): Document.Parsed {
  return parseDocument(text, { schema: "core", merge: true, customTags: goTags });
}

/** The value of a YAML text. Throws for a text that is not YAML. */
export function readGoYaml(text: string): Value {
  const document = parseGoYaml(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw problem;
  return document.toJS();
}

function goTags(core: Tags): Tags {
  const others = core.filter((tag) => typeof tag === "string" || !/:(int|float)$/.test(tag.tag) || isSpecial(tag));
  return [...others, timestamp, integer, float];
}

/** The tag of .inf and .nan. */
function isSpecial(tag: Exclude<Tags[number], string>): boolean {
  return "test" in tag && tag.test instanceof RegExp && tag.test.test(".nan");
}

const timestamp: ScalarTag = {
  tag: "tag:yaml.org,2002:timestamp",
  default: true,
  test: /^\d{4}-\d\d?-\d\d?(?:[Tt]\d\d?:\d\d?:\d\d?(?:[.,]\d{1,9})?(?:Z|[-+]\d\d:\d\d)| \d\d?:\d\d?:\d\d?(?:[.,]\d{1,9})?)?$/,
  resolve: (text) => goTime(text) ?? text,
};

const integer: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9][0-9_]*)$/,
  resolve(text) {
    const [, sign, digits] = /^([-+]?)(.*)$/.exec(text.replaceAll("_", "")) as unknown as [string, string, string];
    const value = Number(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits.toLowerCase());
    if (Number.isNaN(value)) return text;
    return sign === "-" && value !== 0 ? -value : value;
  },
};

const float: ScalarTag = {
  tag: "tag:yaml.org,2002:float",
  default: true,
  test: /^(?:[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?|[-+]?\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/,
  resolve(text) {
    const value = Number(text.replaceAll("_", ""));
    return Number.isFinite(value) ? value : text;
  },
};

/** A time as Go's `Time.String` writes it in UTC; undefined for a date that does not exist. */
function goTime(text: string): string | undefined {
  const parts = /^(\d+)-(\d+)-(\d+)(?:[Tt ](\d+):(\d+):(\d+)(?:[.,](\d+))?(Z|[-+]\d\d:\d\d)?)?$/.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour = "0", minute = "0", second = "0"] = parts.slice(1, 7);
  const [fraction = "", zone = "Z"] = parts.slice(7);
  const pad = (part: string | undefined): string => (part ?? "").padStart(2, "0");
  const [date, time] = [`${year}-${pad(month)}-${pad(day)}`, `${pad(hour)}:${pad(minute)}:${pad(second)}`];
  const read = new Date(`${date}T${time}Z`);
  if (Number.isNaN(read.getTime()) || read.toISOString().slice(0, 19) !== `${date}T${time}`) return undefined;
  const offset = zone === "Z" ? "+0000" : zone.replace(":", "");
  const decimals = fraction.replace(/0+$/, "");
  return `${date} ${time}${decimals === "" ? "" : `.${decimals}`} ${offset} ${/^[-+]0000$/.test(offset) ? "UTC" : offset}`;
}
