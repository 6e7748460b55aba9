import { bootstrapInbox } from "../../components/chatwoot/bootstrap-inboxes.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** Checks accounts, webhooks, bots and inboxes that the bootstrap cannot create as configured. */
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
  return [{ key: "admin.email", message: "is reserved for the service user of API clients. Use another address" }];
}

function checkWebhooks({ support, webhooks = [] }: PartialSettings): Problem[] {
  const urls = webhooks.map(({ url }) => url);
  return [
    ...repeated(
      "webhooks",
      "url",
      urls,
      "is listed twice, and Chatwoot accepts each URL once. Combine the events in one webhook",
    ),
    ...urls.flatMap((url, index) =>
      url === support?.webhookUrl
        ? [{ key: `webhooks.${index}.url`, message: "is also support.webhookUrl. Remove it and set support.events" }]
        : [],
    ),
  ];
}

function checkNames({ webhooks = [], inboxes = [], agentBots = [] }: PartialSettings): Problem[] {
  const duplicate = "is already used. Choose another name";
  const names = (list: readonly { name?: string | undefined }[]) => list.map(({ name }) => name);
  return [
    ...repeated("webhooks", "name", names(webhooks), duplicate),
    ...repeated("inboxes", "name", names(inboxes), duplicate),
    ...repeated("agentBots", "name", names(agentBots), duplicate),
  ];
}

function checkBots({ inboxes = [], agentBots }: PartialSettings): Problem[] {
  const known = (agentBots ?? []).map(({ name }) => name);
  return inboxes.flatMap(({ agentBot }, index) =>
    agentBot === undefined || known.includes(agentBot)
      ? []
      : [{ key: `inboxes.${index}.agentBot`, message: `is not in agentBots. Use a name from there, or add the bot` }],
  );
}

function checkMailInboxes({ inboxes = [], mail }: PartialSettings): Problem[] {
  const addresses = inboxes.map((inbox) => (inbox.kind === "email" ? inbox.address.toLowerCase() : undefined));
  const targets = inboxes.map((inbox) => (inbox.kind === "email" ? inbox.forwardTo?.toLowerCase() : undefined));
  const unreachable = inboxes.flatMap((inbox, index): Problem[] => {
    if (inbox.kind !== "email" || mail === undefined) return [];
    if (inbox.imap === undefined && mail.inbound === undefined)
      return [
        { key: `inboxes.${index}`, message: "receives no mail. Set mail.inbound and forward its mail, or set imap" },
      ];
    if (inbox.forwardTo !== undefined && mail.inbound === undefined)
      return [
        {
          key: `inboxes.${index}.forwardTo`,
          message: "has no effect without mail.inbound. Set mail.inbound, or remove forwardTo",
        },
      ];
    return [];
  });
  return [
    ...repeated("inboxes", "address", addresses, "is the address of another inbox. Use each address once"),
    ...repeated("inboxes", "forwardTo", targets, "is the forwarding address of another inbox. Use each address once"),
    ...unreachable,
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
          message: `is ${name}, which is not in inboxSecrets. Add it there`,
        })),
    ),
    ...given
      .filter((name) => !used.flat().includes(name))
      .map((name) => ({ key: `inboxSecrets.${name}`, message: "is used by no inbox. Remove it" })),
  ];
}

/** A problem for each value that repeats an earlier one. */
function repeated(key: string, field: string, values: readonly (string | undefined)[], message: string): Problem[] {
  return values.flatMap((value, index) =>
    value !== undefined && values.indexOf(value) < index ? [{ key: `${key}.${index}.${field}`, message }] : [],
  );
}
