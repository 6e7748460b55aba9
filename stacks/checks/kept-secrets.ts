import { encryptionKeyNames, type KeptSecrets } from "../../config/kept-secrets.ts";
import type { Problem } from "../../config/problems.ts";
import type { Target } from "../../config/schema.ts";

const encryption = Object.values(encryptionKeyNames);
const known = ["SECRET_KEY_BASE", ...encryption, "POSTGRES_PASSWORD"];

/** Rails itself refuses a shorter one. */
const leastLength = 30;

/** The secrets that are kept, by their names in Chatwoot's environment, as the program takes them. */
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

/** What could not be kept. No message holds a value. */
export function checkKeptSecrets(values: Readonly<Record<string, string>>, target: Target): Problem[] {
  const problem = (name: string, message: string): Problem => ({ key: `keptSecrets.${name}`, message });
  const problems = Object.keys(values)
    .filter((name) => !known.includes(name))
    .map((name) => problem(name, `is none of ${known.join(", ")}. Leave it out`));
  const base = values["SECRET_KEY_BASE"];
  if (base?.startsWith("replace_with"))
    problems.push(
      problem(
        "SECRET_KEY_BASE",
        "is the chart's example, which everybody knows. Leave it out: another one is generated, and people sign in again",
      ),
    );
  else if (base !== undefined && base.length < leastLength)
    problems.push(
      problem("SECRET_KEY_BASE", `is shorter than ${leastLength} characters, which Rails refuses. Copy all of it`),
    );
  const present = encryption.filter((name) => name in values);
  if (present.length > 0 && present.length < encryption.length)
    problems.push(
      problem(
        present[0] as string,
        `is one of three that belong together. Add all of ${encryption.join(", ")}, or none`,
      ),
    );
  if (target === "fly" && "POSTGRES_PASSWORD" in values)
    problems.push(problem("POSTGRES_PASSWORD", "is in databaseUrl on Fly. Leave it out"));
  return problems;
}
