/** What must never rotate, or not by this program: by its names in lower case without signs, and why. */
const reasons: { names: readonly string[]; reason: string; instead: string }[] = [
  {
    names: ["secretkeybase"],
    reason:
      "must never change: every session, every link to an attachment and every signed token would be void at once",
    instead:
      "If it is known to others, plan a day for it: everybody signs in again, and links in mails that were sent stay dead",
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
      "must never change: what Active Record encrypted with it (second factors, secrets of webhooks, channels' tokens) could not be read by anybody any more",
    instead: "Keep a copy outside of the state: `pulumi stack output encryptionKeys --show-secrets --stack STACK`",
  },
  {
    names: ["databasepassword", "postgrespassword"],
    reason:
      "has no number of its own: on Fly it is part of the secret databaseUrl, and on Kubernetes the stack's own PostgreSQL keeps it, where it opens nothing outside of the cluster",
    instead: "On Fly: `npm run ops -- rotate databaseUrl --stack STACK`",
  },
  {
    names: ["adminpassword"],
    reason: "is the first password only: the bootstrap never sets it again, so another one here would open nothing",
    instead:
      "Change it in Chatwoot: Profile settings, or `npm run ops -- smoke --mail --stack STACK` for a password mail",
  },
];

/** Why this one is refused; undefined for one that is not in the list. */
export function whyNever(name: string): { reason: string; instead: string } | undefined {
  const plain = name.toLowerCase().replaceAll(/[^a-z]/g, "");
  return reasons.find(({ names }) => names.includes(plain));
}
