import { z } from "zod";
import { shared } from "./shared.ts";
import { s3 } from "./storage.ts";
import { dnsLabel, memoryMb, text, whole } from "./words.ts";

export const flyConfig = z.strictObject({
  target: z.literal("fly"),
  ...shared,
  database: z
    .strictObject({
      /** Clients that the pooler in front of the database lets in; known for Supabase's session pooler. */
      poolLimit: whole(1, 10000).optional(),
    })
    .prefault({}),
  storage: z.discriminatedUnion("kind", [s3], {
    error: ({ input }) =>
      (input as { kind?: unknown } | undefined)?.kind === "claim"
        ? "is a claim, but a Fly volume belongs to one machine, so web and worker would not see each other's attachments. Use kind: s3"
        : "has no kind that Fly can carry. Use kind: s3",
  }),
  fly: z.strictObject({
    /** Name of the app, unique on all of Fly. It never changes: another name is another app. */
    app: dnsLabel,
    /** Slug of the organization. */
    organization: text,
    /** Region of machines and Redis, for instance ord. */
    region: z.string().regex(/^[a-z]{3}$/, "is not a region. Use three letters from `fly platform regions`"),
    redis: z.strictObject({
      kind: z.literal("upstash", "is not known. Use upstash"),
      /** Name of the database, unique in the organization. */
      name: dnsLabel,
      /** A plan's display name or id; default pay-as-you-go. */
      plan: text
        .refine(
          (plan) => !/^(standard|starter|pro[ _]?2k|pro[ _]?10k)$/i.test(plan),
          'no longer exists. Leave it out for pay-as-you-go, or use "Fixed 250MB" or "Fixed 1GB"',
        )
        .optional(),
    }),
    /** Memory of the machine that migrates, in MiB. Default 2048. */
    releaseMemoryMb: memoryMb.default(2048),
    /** How long the preparation step may take, in minutes. Default 20. */
    releaseTimeoutMinutes: whole(1, 120).default(20),
    /** How long one machine may take to become healthy, in minutes. Default 10. */
    waitTimeoutMinutes: whole(1, 60).default(10),
  }),
});

export type FlyConfig = z.output<typeof flyConfig>;
