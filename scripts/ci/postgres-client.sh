#!/usr/bin/env bash
# Installs a PostgreSQL client from the project's own packages on a GitHub runner: `postgres-client.sh MAJOR`.
# apt trusts this source only with the key of this fingerprint, which the runner's package postgresql-common contains.
set -euo pipefail

major=${1:?name the major version}
fingerprint=B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8
keys=(/usr/share/postgresql-common/pgdg/apt.postgresql.org.{gpg,asc})
for key in "${keys[@]}"; do
  found=$(gpg --show-keys --with-colons "$key" 2> /dev/null | awk -F: '$1 == "fpr" { print $10 }') || continue
  [ "$found" = "$fingerprint" ] || continue
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  echo "deb [signed-by=$key] https://apt.postgresql.org/pub/repos/apt $codename-pgdg main" \
    | sudo tee /etc/apt/sources.list.d/pgdg.list > /dev/null
  sudo apt-get update
  sudo apt-get install --yes --no-install-recommends "postgresql-client-$major"
  echo "/usr/lib/postgresql/$major/bin" >> "$GITHUB_PATH"
  exit
done
echo "postgres-client: none of ${keys[*]} is the key $fingerprint alone. Read https://wiki.postgresql.org/wiki/Apt." >&2
exit 1
