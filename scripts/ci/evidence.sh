#!/usr/bin/env bash
# Prepares upload/, the run's artifact, from artifacts/. Anyone can read the artifacts of a repository that is not private:
# there they are encrypted for EVIDENCE_CERTIFICATE, or not uploaded.
set -euo pipefail

folder=${CHATWOOT_ARTIFACTS_DIR:-artifacts}
rm -rf upload
mkdir upload
[ -d "$folder" ] || exit 0
if [ "${REPOSITORY_PRIVATE:-}" = true ]; then
  cp -a "$folder/." upload/
elif [ -n "${EVIDENCE_CERTIFICATE:-}" ]; then
  tar -cz -C "$folder" . | openssl cms -encrypt -binary -aes-256-gcm -outform DER -out upload/evidence.tar.gz.cms \
    -recip <(printf '%s\n' "$EVIDENCE_CERTIFICATE") -keyopt rsa_padding_mode:oaep
else
  echo "::notice title=Evidence::Not kept: the repository is not private and has no variable EVIDENCE_CERTIFICATE (docs/review.md#in-a-public-repository)"
fi
