import { z } from "zod";

/* The words that settings are made of. Messages have the form "what is wrong. What to do" and follow the key. */

export const text = z.string().trim().min(1, "is empty. Give it a value");
export const httpsUrl = z
  .string()
  .regex(
    /^https:\/\/[^/\s]+$/,
    "is not a plain https address. Write it as https://host, without a path or a slash at its end",
  );
export const endpointUrl = z.string().regex(/^https?:\/\/[^\s]+$/, "is not an address. Write it as https://host");
export const email = z.email("is not a mail address. Write it as name@domain");
export const sender = z
  .string()
  .regex(
    /^([^<>]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
    "is not a sender. Write it as name@domain or Name <name@domain>",
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
    "is not the name of a storage class. Take one from `kubectl get storageclass`",
  );

export function whole(minimum: number, maximum: number) {
  const error = `is not a whole number from ${minimum} to ${maximum}. Choose one in that range`;
  return z.number(error).int(error).min(minimum, error).max(maximum, error);
}

export const memoryMb = whole(256, 65536).multipleOf(256, "is not a multiple of 256. Choose one, for instance 1024");
