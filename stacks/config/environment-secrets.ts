import { z } from "zod";
import type { Problem } from "./problems.ts";

const schema = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string().min(1));

/** The user's own secret variables out of their JSON, with a problem where it is something else. */
export function readEnvironmentSecrets(text: string | undefined): {
  environmentSecrets: Record<string, string>;
  problems: Problem[];
} {
  if (text === undefined) return { environmentSecrets: {}, problems: [] };
  const result = schema.safeParse(parseJson(text));
  if (result.success) return { environmentSecrets: result.data, problems: [] };
  // Neither the text nor what the parser says about it is shown: both hold secrets.
  const message = 'is not a JSON object of texts. Write it as {"NAME": "value"}, the names in capital letters';
  return { environmentSecrets: {}, problems: [{ key: "environmentSecrets", message }] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
