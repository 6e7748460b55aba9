import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";
import { isFlyPrivate, isLoopback, isPrivateHost } from "../../lib/hosts.ts";

type Smtp = NonNullable<NonNullable<PartialSettings["mail"]>["smtp"]>;

/** Checks that the relay and the mailboxes can be reached as configured. */
export function checkMail({ target, mail, inboxes = [] }: PartialSettings): Problem[] {
  const smtp = mail?.smtp;
  return [
    ...(mail === undefined ? [] : checkSender(mail.sender)),
    ...(smtp === undefined ? [] : [...checkUser(smtp), ...checkPort(smtp), ...checkRelay(smtp, target)]),
    ...inboxes.flatMap((inbox, index) =>
      inbox.kind === "email" && inbox.imap !== undefined ? checkImap(inbox.imap, `inboxes.${index}.imap`) : [],
    ),
  ];
}

/** Mail that Chatwoot cannot send, or that a cloud may block. */
export function warnOfMail({ target, mail }: PartialSettings): Problem[] {
  if (mail !== undefined && mail.smtp === undefined)
    return [
      {
        key: "mail.smtp",
        message:
          "is not set, so Chatwoot sends no mail: no invitation, no password reset, no reply by mail. " +
          "Set it, or ignore this warning",
      },
    ];
  // Most clouds block port 25, so that machines cannot send spam.
  if (target !== "fly" || mail?.smtp?.port !== 25) return [];
  return [
    {
      key: "mail.smtp.port",
      message: "is 25, which relays and clouds block for connections from other networks. Use 587 with tls: starttls",
    },
  ];
}

function checkUser({ authentication, username }: Smtp): Problem[] {
  const key = "mail.smtp.username";
  if (authentication === "none" && username !== undefined)
    return [{ key, message: "is set, but authentication is none. Remove it, or set authentication" }];
  if (authentication !== "none" && username === undefined)
    return [{ key, message: `is missing for authentication ${authentication}. Add it, or set authentication: none` }];
  return [];
}

/** Other protocols' ports, and hosts that Chatwoot's machines cannot reach. */
function checkRelay({ address, port }: Smtp, target: PartialSettings["target"]): Problem[] {
  const problems: Problem[] = [];
  if ([80, 110, 143, 443, 993, 995].includes(port))
    problems.push({
      key: "mail.smtp.port",
      message: `is ${port}, which is not a port for sending mail. Use 587, or 465 with tls: tls`,
    });
  const isOut = isLoopback(address) || (target === "fly" && isPrivateHost(address) && !isFlyPrivate(address));
  if (isOut)
    problems.push({
      key: "mail.smtp.address",
      message: `is ${address}, which Chatwoot's ${target === "fly" ? "machines" : "pods"} cannot reach. Set the address of a relay that they can`,
    });
  return problems;
}

/** On port 465 TLS begins at once; on the others the relay speaks first, in the clear. */
function checkPort({ port, tls }: Smtp): Problem[] {
  const key = "mail.smtp.tls";
  if (port === 465 && tls !== "tls")
    return [{ key, message: `is ${tls}, but connections to port 465 begin with TLS. Set tls: tls` }];
  if ([25, 587, 2525].includes(port) && tls === "tls")
    return [
      { key, message: `is tls, but connections to port ${port} begin without TLS. Set tls: starttls, or port: 465` },
    ];
  return [];
}

function checkImap({ port, tls }: { port: number; tls: boolean }, key: string): Problem[] {
  if (port === 993 && !tls)
    return [{ key: `${key}.tls`, message: "is false, but connections to port 993 begin with TLS. Set tls: true" }];
  if (port === 143 && tls)
    return [{ key: `${key}.tls`, message: "is true, but connections to port 143 begin without TLS. Set port: 993" }];
  return [];
}

/** A mail program reads these characters in a name as the end of an address or of a group. */
function checkSender(sender: string): Problem[] {
  const name = /^(.*) <[^<>]*>$/.exec(sender)?.[1] ?? "";
  const character = /^"[^"\\]*"$/.test(name) ? undefined : /[,;:@"\\[\]]/.exec(name)?.[0];
  if (character === undefined) return [];
  return [
    {
      key: "mail.sender",
      message: `has ${character} in its name, at which mail programs would split it. Remove it, or write "name" <name@domain> with the name in double quotes`,
    },
  ];
}
