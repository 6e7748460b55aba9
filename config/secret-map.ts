import { z } from "zod";
import { parseJson } from "../lib/json.ts";
import type { Problem } from "./problems.ts";

const schema = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string().min(1));

/** Secrets of the user's own choice by name, out of the JSON of one key; with a problem where it is something else. */
export function readSecretMap(
  key: string,
  text: string | undefined,
): { values: Record<string, string>; problems: Problem[] } {
  if (text === undefined) return { values: {}, problems: [] };
  const result = schema.safeParse(parseJson(text));
  if (result.success) return { values: result.data, problems: [] };
  // Neither the text nor what the parser says about it is shown: both hold secrets.
  const message = 'is not a JSON object of texts. Write it as {"NAME": "value"}, the names in capital letters';
  return { values: {}, problems: [{ key, message }] };
}
