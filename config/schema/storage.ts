import { z } from "zod";
import { dnsLabel, endpointUrl, region, storageClass, text, whole } from "./words.ts";

/** Bucket of an S3-compatible store. */
export const bucket = {
  /** Name of the bucket. */
  bucket: text,
  /** URL of the store. */
  endpoint: endpointUrl,
  /** Region of the bucket. Default: the region in the endpoint, otherwise auto. */
  region: region.optional(),
  /** Whether the bucket is addressed by path instead of host name, as most S3-compatible stores require. Default: true. */
  forcePathStyle: z.boolean("is not true or false. Write true or false").default(true),
};

export const s3 = z.strictObject({ kind: z.literal("s3"), ...bucket });

/** Tigris bucket that Fly creates. Fly sets its keys on the app; the stack never reads them. */
export const tigris = z.strictObject({
  kind: z.literal("tigris"),
  /** Name of the bucket, unique at Tigris. A new name creates an empty bucket. */
  bucket: dnsLabel,
});

export const claim = z.strictObject({
  kind: z.literal("claim"),
  /** Storage class. For ReadWriteMany, one whose volumes several nodes can write to. */
  storageClass,
  /** Size of the claim, in GiB. It can grow if the class allows expansion, but not shrink. Default: 20. */
  sizeGi: whole(1, 65536).default(20),
  /**
   * Access mode. Web and worker both write attachments. With ReadWriteOnce all of their pods are held on one node: a
   * rollout replaces a pod after it has stopped, and a drain or loss of that node interrupts Chatwoot. Default: ReadWriteMany.
   */
  accessMode: z
    .enum(
      ["ReadWriteMany", "ReadWriteOnce"],
      "cannot be shared by web and worker. Use ReadWriteMany, ReadWriteOnce for pods on one node, or storage.kind s3",
    )
    .default("ReadWriteMany"),
});

export type TigrisConfig = z.output<typeof tigris>;
export type S3Config = z.output<typeof s3>;
export type ClaimConfig = z.output<typeof claim>;
