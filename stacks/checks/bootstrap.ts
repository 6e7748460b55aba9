import { bootstrapInbox } from "../../components/chatwoot/bootstrap-inboxes.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** What the bootstrap could not make, or would make into something else. */
export function checkBootstrap(settings: PartialSettings, inboxSecrets: readonly string[] | undefined): Problem[] {
  return [
    ...checkAdmin(settings),
    ...checkWebhooks(settings),
    ...checkNames(settings),
    ...checkBots(settings),
    ...checkMailInboxes(settings),
    ...checkInboxSecrets(settings, inboxSecrets),
  ];
}

function checkAdmin({ admin }: PartialSettings): Problem[] {
  if (admin === undefined || !/^api@/i.test(admin.email)) return [];
  return [{ key: "admin.email", message: "is the address of the service user that API clients act as. Use another" }];
}

function checkWebhooks({ support, webhooks = [] }: PartialSettings): Problem[] {
  const urls = webhooks.map(({ url }) => url);
  return [
    ...repeated("webhooks", "url", urls, "is there twice, and Chatwoot takes an address once. Put the events together"),
    ...urls.flatMap((url, index) =>
      url === support?.webhookUrl
        ? [{ key: `webhooks.${index}.url`, message: "is support.webhookUrl too. Remove it, and set support.events" }]
        : [],
    ),
  ];
}

function checkNames({ webhooks = [], inboxes = [], agentBots = [] }: PartialSettings): Problem[] {
  const again = "is the name of another one. Choose another name";
  const names = (list: readonly { name?: string | undefined }[]) => list.map(({ name }) => name);
  return [
    ...repeated("webhooks", "name", names(webhooks), again),
    ...repeated("inboxes", "name", names(inboxes), again),
    ...repeated("agentBots", "name", names(agentBots), again),
  ];
}

function checkBots({ inboxes = [], agentBots }: PartialSettings): Problem[] {
  const known = (agentBots ?? []).map(({ name }) => name);
  return inboxes.flatMap(({ agentBot }, index) =>
    agentBot === undefined || known.includes(agentBot)
      ? []
      : [{ key: `inboxes.${index}.agentBot`, message: `is no bot of agentBots. Use one of those, or add it there` }],
  );
}

function checkMailInboxes({ inboxes = [], mail }: PartialSettings): Problem[] {
  const addresses = inboxes.map((inbox) => (inbox.kind === "email" ? inbox.address.toLowerCase() : undefined));
  const targets = inboxes.map((inbox) => (inbox.kind === "email" ? inbox.forwardTo?.toLowerCase() : undefined));
  const deaf = inboxes.flatMap((inbox, index): Problem[] => {
    if (inbox.kind !== "email" || mail === undefined) return [];
    if (inbox.imap === undefined && mail.inbound === undefined)
      return [{ key: `inboxes.${index}`, message: "gets no mail. Add mail.inbound and forward to it, or imap" }];
    if (inbox.forwardTo !== undefined && mail.inbound === undefined)
      return [
        { key: `inboxes.${index}.forwardTo`, message: "leads nowhere without mail.inbound. Add that, or remove it" },
      ];
    return [];
  });
  return [
    ...repeated("inboxes", "address", addresses, "is the address of another inbox. Use each once"),
    ...repeated("inboxes", "forwardTo", targets, "is where another inbox is forwarded to. Use each once"),
    ...deaf,
  ];
}

function checkInboxSecrets({ inboxes = [] }: PartialSettings, given: readonly string[] | undefined): Problem[] {
  if (given === undefined) return [];
  const used = inboxes.map((inbox) => Object.values(bootstrapInbox(inbox).secrets));
  return [
    ...used.flatMap((names, index) =>
      names
        .filter((name) => !given.includes(name))
        .map((name) => ({
          key: `inboxes.${index}.imap.passwordSecret`,
          message: `is ${name}, which inboxSecrets does not have. Add it there`,
        })),
    ),
    ...given
      .filter((name) => !used.flat().includes(name))
      .map((name) => ({ key: `inboxSecrets.${name}`, message: "is used by no inbox. Remove it" })),
  ];
}

/** A problem for each value that stood further up in the list already. */
function repeated(key: string, field: string, values: readonly (string | undefined)[], message: string): Problem[] {
  return values.flatMap((value, index) =>
    value !== undefined && values.indexOf(value) < index ? [{ key: `${key}.${index}.${field}`, message }] : [],
  );
}
