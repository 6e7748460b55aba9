import * as pulumi from "@pulumi/pulumi";
import type { GeneratedSecrets } from "../../components/chatwoot/generated-secrets.ts";
import { rootKeysMark } from "../../components/driver/root-keys.ts";
import type { RootKeys } from "../../components/fly/secrets.ts";
import { encryptionKeyNames } from "../../config/kept-secrets.ts";
import { secretsFingerprint } from "../../lib/fingerprint.ts";
import type { FlyStackConfig } from "../load.ts";

/** The stack's root keys, by the mark that Fly stores beside them. It cannot be turned back into a key. */
export function rootKeysOf(
  { kept }: Pick<FlyStackConfig, "kept">,
  { secretKeyBase, encryptionKeys }: Pick<GeneratedSecrets, "secretKeyBase" | "encryptionKeys">,
): RootKeys {
  const mark = pulumi
    .all([secretKeyBase, pulumi.all({ ...encryptionKeys })])
    .apply(([key, keys]) => rootKeysMark(secretsFingerprint(key, keys)));
  return {
    mark: pulumi.unsecret(mark),
    guarded: [
      ...(kept.secretKeyBase ? [] : ["SECRET_KEY_BASE"]),
      ...(kept.encryptionKeys ? [] : Object.values(encryptionKeyNames)),
    ],
  };
}
