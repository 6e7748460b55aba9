import { z } from "zod";
import { whyNever } from "../never-rotated.ts";
import { unknownKey } from "../problems.ts";
import { whole } from "./words.ts";

const number = whole(1, 1_000_000).optional();

const secrets = {
  /** Token of the service user. Clients with the old one get 401 until they are handed the new one, in the same run. */
  apiToken: number,
  /** Key of the signatures on webhooks. Receivers must know the new one first: `npm run ops -- rotate webhookSecret`. */
  webhookSecret: number,
  /** Password of the stack's own Redis. Redis, web and worker start anew. */
  redisPassword: number,
  /** Key of the sessions of single sign-on. Everybody signs in again. */
  cookieSecret: number,
};

/**
 * Numbers of secrets that the program generates: a higher one makes another value at the next deploy, so that a rotation
 * is a change that somebody reviews. Default none, which is the first value; `npm run ops -- rotate` tells the steps.
 */
export const rotation = z.looseObject(secrets).superRefine((value, context) => {
  for (const name of Object.keys(value).filter((key) => !(key in secrets))) {
    const never = whyNever(name);
    const message = never === undefined ? unknownKey(name, Object.keys(secrets)) : `${never.reason}. Remove it`;
    context.addIssue({ code: "custom", path: [name], message });
  }
});

export type RotationConfig = { [Name in keyof typeof secrets]?: number | undefined };
