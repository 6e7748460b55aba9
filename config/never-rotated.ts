/** Secrets that this program never rotates, by their names in lower-case letters, with the reason. */
const reasons: { names: readonly string[]; reason: string; instead: string }[] = [
  {
    names: ["secretkeybase"],
    reason: "must never change: a new value invalidates every session, attachment link and signed token at once",
    instead: "If it was disclosed, plan the change: all users sign in again, and links in sent mails stop working",
  },
  {
    names: [
      "encryptionkeys",
      "primarykey",
      "deterministickey",
      "keyderivationsalt",
      "activerecordencryptionprimarykey",
      "activerecordencryptiondeterministickey",
      "activerecordencryptionkeyderivationsalt",
    ],
    reason:
      "must never change: data that Active Record encrypted with it (second factors, webhook secrets, channel tokens) would be unreadable",
    instead: "Keep a copy outside of the state: `pulumi stack output encryptionKeys --show-secrets --stack STACK`",
  },
  {
    names: ["databasepassword", "postgrespassword"],
    reason:
      "has no rotation number: `npm run ops -- rotate databasePassword` rotates it on Kubernetes, and on Fly it is part of the secret databaseUrl",
    instead: "On Kubernetes: `npm run ops -- rotate databasePassword --stack STACK`",
  },
  {
    names: ["adminpassword"],
    reason: "is only the initial password: the bootstrap never sets it again, so a new value has no effect",
    instead:
      "Change it in Chatwoot under Profile settings, or request a password mail: `npm run ops -- smoke --mail --stack STACK`",
  },
];

/** Why this secret is not rotated; undefined if it can be. */
export function whyNever(name: string): { reason: string; instead: string } | undefined {
  const plain = name.toLowerCase().replaceAll(/[^a-z]/g, "");
  return reasons.find(({ names }) => names.includes(plain));
}
