import { encryptionKeyNames, type KeptSecrets } from "../../config/kept-secrets.ts";
import type { Problem } from "../../config/problems.ts";
import type { Target } from "../../config/schema.ts";

const encryption = Object.values(encryptionKeyNames);
const known = ["SECRET_KEY_BASE", ...encryption, "POSTGRES_PASSWORD"];

/** Rails rejects a shorter SECRET_KEY_BASE. */
const leastLength = 30;

/** Converts kept secrets from their names in Chatwoot's environment. */
export function keptSecrets(values: Readonly<Record<string, string>>): KeptSecrets<string> {
  const { SECRET_KEY_BASE: secretKeyBase, POSTGRES_PASSWORD: postgresPassword } = values;
  const [primaryKey, deterministicKey, keyDerivationSalt] = encryption.map((name) => values[name]);
  return {
    ...(secretKeyBase && { secretKeyBase }),
    ...(primaryKey && deterministicKey && keyDerivationSalt
      ? { encryptionKeys: { primaryKey, deterministicKey, keyDerivationSalt } }
      : {}),
    ...(postgresPassword && { postgresPassword }),
  };
}

/** Checks the kept secrets. No message contains a value. */
export function checkKeptSecrets(values: Readonly<Record<string, string>>, target: Target): Problem[] {
  const problem = (name: string, message: string): Problem => ({ key: `keptSecrets.${name}`, message });
  const problems = Object.keys(values)
    .filter((name) => !known.includes(name))
    .map((name) => problem(name, `is not one of ${known.join(", ")}. Remove it`));
  const base = values["SECRET_KEY_BASE"];
  if (base?.startsWith("replace_with"))
    problems.push(
      problem(
        "SECRET_KEY_BASE",
        "is the public example value of the chart. Remove it: the stack generates a new value, and users sign in again",
      ),
    );
  else if (base !== undefined && base.length < leastLength)
    problems.push(
      problem(
        "SECRET_KEY_BASE",
        `is shorter than ${leastLength} characters, the minimum of Rails. Copy the complete value`,
      ),
    );
  const present = encryption.filter((name) => name in values);
  if (present.length > 0 && present.length < encryption.length)
    problems.push(
      problem(
        present[0] as string,
        `is one of three keys that belong together. Set all of ${encryption.join(", ")}, or none of them`,
      ),
    );
  if (target === "fly" && "POSTGRES_PASSWORD" in values)
    problems.push(problem("POSTGRES_PASSWORD", "is part of databaseUrl on Fly. Remove it"));
  return problems;
}
