import { FlyError } from "./cli/errors.ts";

/**
 * The token: `--access-token`, FLY_ACCESS_TOKEN, FLY_API_TOKEN, then config.yml.
 * A variable that is set but empty counts as set and takes precedence over later sources.
 */
export function findToken(flag: string, env: NodeJS.ProcessEnv, fromConfigFile: () => string): string {
  if (flag !== "") return stripped(flag);
  const fromEnv = env.FLY_ACCESS_TOKEN ?? env.FLY_API_TOKEN;
  return stripped(fromEnv ?? fromConfigFile());
}

const stripped = (token: string): string => token.replace(/^(FlyV1|Bearer) +/i, "").trim();

export const noToken = (): FlyError => new FlyError("no access token available. Please login with 'flyctl auth login'");
