/** What Fly sets on an app when it makes a bucket: open to nobody but the app's machines. */
export const tigrisKeyNames = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

/** All of them, with where the bucket is. Other secrets of the app are never taken for them. */
export const tigrisNames = [...tigrisKeyNames, "AWS_ENDPOINT_URL_S3", "AWS_REGION", "BUCKET_NAME"] as const;

/** Shell text that gives Chatwoot the keys by the names that it reads; the values are expanded in the machine. */
export const exportTigrisKeys =
  'export STORAGE_ACCESS_KEY_ID="$AWS_ACCESS_KEY_ID" STORAGE_SECRET_ACCESS_KEY="$AWS_SECRET_ACCESS_KEY"; ';
