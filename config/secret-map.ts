import { z } from "zod";
import { parseJson } from "../lib/json.ts";
import type { Problem } from "./problems.ts";

const schema = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string().min(1));

/** Reads a JSON object of named secrets; returns a problem if the text is anything else. */
export function readSecretMap(
  key: string,
  text: string | undefined,
): { values: Record<string, string>; problems: Problem[] } {
  if (text === undefined) return { values: {}, problems: [] };
  const result = schema.safeParse(parseJson(text));
  if (result.success) return { values: result.data, problems: [] };
  // Neither the text nor the parser's error is shown: both contain secrets.
  const message = 'is not a JSON object of strings. Write it as {"NAME": "value"}, with names in capital letters';
  return { values: {}, problems: [{ key, message }] };
}
