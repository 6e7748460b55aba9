import { FlyError, nonInteractive } from "../cli/errors.ts";

/** Region codes of Fly.io. */
const regions = new Set("ams arn bom cdg dfw ewr fra gru iad jnb lax lhr nrt ord sin sjc syd yyz".split(" "));

export function requireRegion(code: string): string {
  if (code === "") throw nonInteractive("region code must be specified when not running interactively");
  if (!regions.has(code)) throw new FlyError(`region ${code} not found`);
  return code;
}
