import { z } from "zod";
import { memoryMb, storageClass, whole } from "../words.ts";
import { authority } from "./external.ts";

/** Redis, in the namespace. */
const dedicated = z.strictObject({
  /** Redis in the namespace. Default: dedicated. */
  kind: z.literal("dedicated").optional(),
  /** Storage class of its volume. */
  storageClass,
  /** Size of its volume, in GiB. A volume can grow but not shrink. Default: 2. */
  sizeGi: whole(1, 1024).default(2),
  /** Memory, in MiB. Redis stores data in three quarters of it. Default: 512. */
  memoryMb: memoryMb.default(512),
});

/** Redis that the stack does not run, at the secret redisUrl. */
const external = z.strictObject({
  kind: z.literal("external"),
  /** Whether the server's certificate is verified, with rediss://. `none` accepts every certificate. Default: peer. */
  verify: z.enum(["peer", "none"], "has an unknown value. Use peer or none").default("peer"),
  /** Certificate authority of the server. Default: the authorities of the image. */
  authority: authority.optional(),
  /** Clients that the server accepts; Chatwoot's connections must fit. Default: not checked. */
  maxClients: whole(1, 1_000_000).optional(),
  /** Sends no CLIENT command for websockets, for servers that reject it, such as Google's Memorystore. Default: false. */
  disableClientCommand: z.boolean("is not true or false. Write true or false").default(false),
});

/** Redis: in the namespace, or external. Default: dedicated. */
export const redis = z.discriminatedUnion(
  "kind",
  [dedicated, external],
  "has an unknown kind. Use kind: dedicated or kind: external",
);

export type ExternalRedisConfig = z.output<typeof external>;
