/** Secrets that Fly sets on an app when it creates a bucket; only the app's machines can read them. */
export const tigrisKeyNames = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

/** All names that Fly sets with a bucket. */
export const tigrisNames = [...tigrisKeyNames, "AWS_ENDPOINT_URL_S3", "AWS_REGION", "BUCKET_NAME"] as const;

/** Shell text that gives Chatwoot the keys by the names that it reads; the values are expanded in the machine. */
export const exportTigrisKeys =
  'export STORAGE_ACCESS_KEY_ID="$AWS_ACCESS_KEY_ID" STORAGE_SECRET_ACCESS_KEY="$AWS_SECRET_ACCESS_KEY"; ';
