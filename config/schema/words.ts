import { z } from "zod";
import { readWebUrl } from "../../lib/web-url.ts";

/* Types of settings. A message is "problem. Fix" and follows the key. */

export const text = z.string().trim().min(1, "is empty. Give it a value");

/**
 * A container image with an exact tag, a digest, or both, which is passed on as written. `latest` and a missing tag are
 * rejected: a pod or machine that starts later could run another version.
 */
export function exactImage(example: string) {
  return z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.:/_-]*?(:(?!latest(-ce)?(@|$))[A-Za-z0-9_][A-Za-z0-9._-]*(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/,
      `has no exact version. Pin a tag or digest, for instance ${example}`,
    );
}

/** A web address of a form, which every reader of the settings can parse. */
export function webUrl(form: RegExp, error: string) {
  return z
    .string()
    .regex(form, { error, abort: true })
    .superRefine((text, context) => {
      const read = readWebUrl(text);
      if ("problem" in read) context.addIssue({ code: "custom", message: read.problem });
    });
}

export const httpsUrl = webUrl(
  /^https:\/\/[^/\s?#]+$/,
  "is not a plain https address. Write it as https://host, without a path or a trailing slash",
);
export const endpointUrl = webUrl(/^https?:\/\/[^\s]+$/, "is not a valid URL. Write it as https://host");

/** Region of a store. */
export const region = z
  .string()
  .regex(/^[a-z0-9-]+$/, "is not a valid region. Use lower-case letters, digits and hyphens, for instance eu-central-1");

/**
 * A time, in UTC. YAML reads a time without quotes as a value of its own, which Pulumi passes on as Go writes it:
 * 2026-11-21 15:00:00 +0000 UTC.
 */
export const moment = z
  .string()
  .transform((text) => text.trim().replace(/^(\S+)[ t](\S+) ([+-]\d\d)(\d\d) \S+$/, "$1T$2$3:$4"))
  .pipe(z.iso.datetime({ offset: true, error: "is not a valid time. Write it as 2026-11-21T15:00:00Z" }))
  .transform((text) => (text.endsWith("Z") ? text : new Date(text).toISOString().replace(".000Z", "Z")));

export const email = z.email("is not a valid mail address. Write it as name@domain");
const senderError = "is not a valid sender. Write it as name@domain or Name <name@domain>";
export const sender = z
  .string()
  .regex(/^([^<>]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, senderError)
  .refine((text) => email.safeParse(/<(.*)>$/.exec(text)?.[1] ?? text).success, senderError);
/** Host name or address of a server, without a scheme or port. */
export const hostName = z
  .string()
  .regex(
    /^((?=.{1,253}$)(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*|[0-9a-f]*:[0-9a-f:.]+)$/i,
    "is not a valid host. Write its name alone, without a scheme, port or path",
  );
export const dnsLabel = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "is not a valid name. Use up to 63 lower-case letters, digits and hyphens",
  );
/** Name of a label or an annotation of a Kubernetes object. */
export const qualifiedName = z
  .string()
  .regex(
    /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    "is not a valid label or annotation name. Write it as name or example.com/name",
  );
export const labelValue = z
  .string("is not text. Put it in quotation marks")
  .regex(
    /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/,
    "is not a valid label value. Use up to 63 letters, digits, hyphens, dots and underscores",
  );
/** Name of a Kubernetes object that may contain dots. */
export const objectName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    "is not a valid name. Use lower-case letters, digits, hyphens and dots",
  );
export const storageClass = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    "is not a valid storage class name. Use one from `kubectl get storageclass`",
  );

export function whole(minimum: number, maximum: number) {
  const error = `is not a whole number from ${minimum} to ${maximum}. Choose one in that range`;
  return z.number(error).int(error).min(minimum, error).max(maximum, error);
}

/** Time limit of the preparation step, in minutes. */
export const releaseTimeoutMinutes = whole(1, 720);

export const memoryMb = whole(256, 65536).multipleOf(256, "is not a multiple of 256. Choose one, for instance 1024");
