import { z } from "zod";

/* Types of settings. A message is "problem. Fix" and follows the key. */

export const text = z.string().trim().min(1, "is empty. Give it a value");
export const httpsUrl = z
  .string()
  .regex(
    /^https:\/\/[^/\s]+$/,
    "is not a plain https address. Write it as https://host, without a path or a trailing slash",
  );
export const endpointUrl = z.string().regex(/^https?:\/\/[^\s]+$/, "is not a valid URL. Write it as https://host");
export const email = z.email("is not a valid mail address. Write it as name@domain");
export const sender = z
  .string()
  .regex(
    /^([^<>]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
    "is not a valid sender. Write it as name@domain or Name <name@domain>",
  );
export const dnsLabel = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "is not a valid name. Use up to 63 lower-case letters, digits and hyphens",
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

export const memoryMb = whole(256, 65536).multipleOf(256, "is not a multiple of 256. Choose one, for instance 1024");
