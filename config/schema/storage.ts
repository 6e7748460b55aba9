import { z } from "zod";
import { dnsLabel, endpointUrl, storageClass, text, whole } from "./words.ts";

/** A bucket of any S3-compatible store. */
export const bucket = {
  /** Name of the bucket. */
  bucket: text,
  /** Address of the store. */
  endpoint: endpointUrl,
  /** Region of the bucket, where the store has any. Default auto. */
  region: text.default("auto"),
  /** Address the bucket by path instead of host name; most S3-compatible stores want it. Default true. */
  forcePathStyle: z.boolean("is not true or false. Write true or false").default(true),
};

export const s3 = z.strictObject({ kind: z.literal("s3"), ...bucket });

/** A bucket at Tigris, made through Fly, whose keys Fly gives to the app and nobody else sees. */
export const tigris = z.strictObject({
  kind: z.literal("tigris"),
  /** Unique on all of Tigris. Another name is another, empty bucket. */
  bucket: dnsLabel,
});

export const claim = z.strictObject({
  kind: z.literal("claim"),
  /** A class whose volumes several nodes write to. */
  storageClass,
  /** Size of the claim in GiB. It can grow where the class allows it, never shrink. Default 20. */
  sizeGi: whole(1, 65536).default(20),
  /** Web and worker both write attachments, on whichever node they run. */
  accessMode: z
    .literal(
      "ReadWriteMany",
      "cannot be shared by web and worker on different nodes. Use ReadWriteMany, or storage.kind s3",
    )
    .default("ReadWriteMany"),
});

export type TigrisConfig = z.output<typeof tigris>;
export type S3Config = z.output<typeof s3>;
export type ClaimConfig = z.output<typeof claim>;
