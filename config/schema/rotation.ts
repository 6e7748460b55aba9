import { z } from "zod";
import { whyNever } from "../never-rotated.ts";
import { unknownKey } from "../problems.ts";
import { whole } from "./words.ts";

const number = whole(1, 1_000_000).optional();

const secrets = {
  /** API token of the service user. Increase it to rotate the token. Clients get 401 until the same run hands them the new one. */
  apiToken: number,
  /** Signing key of webhooks. Increase it to rotate the key. Configure receivers with the new key first: `npm run ops -- rotate webhookSecret`. */
  webhookSecret: number,
  /** Password of the stack's own Redis. Increase it to rotate the password; this restarts Redis, web and worker. */
  redisPassword: number,
  /** Session key of single sign-on. Increase it to rotate the key; all users sign in again. */
  cookieSecret: number,
};

/**
 * Rotation numbers of generated secrets. A higher number generates a new value at the next deployment, so that a rotation
 * is a reviewed change. `npm run ops -- rotate` prints the steps. Default: none, which is the first value.
 */
export const rotation = z.looseObject(secrets).superRefine((value, context) => {
  for (const name of Object.keys(value).filter((key) => !(key in secrets))) {
    const never = whyNever(name);
    const message = never === undefined ? unknownKey(name, Object.keys(secrets)) : `${never.reason}. Remove it`;
    context.addIssue({ code: "custom", path: [name], message });
  }
});

export type RotationConfig = { [Name in keyof typeof secrets]?: number | undefined };
