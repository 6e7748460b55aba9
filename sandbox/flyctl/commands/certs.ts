import { createHash } from "node:crypto";
import type { Call } from "../cli/call.ts";
import { FlyError, nonInteractive } from "../cli/errors.ts";
import { appFlags, json, yes } from "../cli/flags.ts";
import type { CommandSpec } from "../cli/spec.ts";
import type { App, Certificate } from "../state/types.ts";

const token = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

/** The detail that `certs add` and `certs check` answer with. Addresses are there only once the app has some. */
export function certificateView(app: App, certificate: Certificate): Record<string, unknown> {
  const { hostname, configured } = certificate;
  const addresses = (types: readonly string[]): readonly string[] =>
    app.ips.filter((ip) => types.includes(ip.type)).map((ip) => ip.address);
  const state = configured ? "active" : "pending";
  return {
    hostname,
    configured,
    acme_requested: true,
    status: state,
    certificates: [
      {
        source: "fly",
        status: configured ? "active" : "pending_validation",
        created_at: certificate.createdAt,
        ...(configured ? { expires_at: inNinetyDays(certificate.createdAt) } : {}),
      },
    ],
    dns_requirements: {
      a: addresses(["v4", "shared_v4"]),
      aaaa: addresses(["v6"]),
      cname: `${token(app.id, 7)}.${app.name}.fly.dev`,
      acme_challenge: { name: `_acme-challenge.${hostname}`, target: `${hostname}.${token(app.id, 6)}.flydns.net` },
      ownership: { name: `_fly-ownership.${hostname}`, app_value: `app-${token(app.id, 7)}` },
    },
    validation: { dns_configured: configured, alpn_configured: configured, http_configured: configured },
    validation_errors: [],
  };
}

const inNinetyDays = (from: string): string => new Date(Date.parse(from) + 90 * 86_400_000).toISOString();

function find(app: App, hostname: string): Certificate {
  const certificate = app.certificates.find((each) => each.hostname === hostname);
  if (certificate === undefined) throw new FlyError("failed to get certificate: Certificate not found");
  return certificate;
}

function add(call: Call): void {
  const [hostname = ""] = call.operands;
  const created = call.updateApp((app) => {
    if (!/^(\*\.)?([a-z0-9-]+\.)+[a-z0-9-]+$/i.test(hostname)) throw new FlyError(`Hostname is invalid: ${hostname}`);
    if (app.certificates.some((each) => each.hostname === hostname)) {
      throw new FlyError("Hostname already exists on app");
    }
    const certificate = { hostname, createdAt: new Date().toISOString(), configured: false };
    app.certificates.push(certificate);
    return certificateView(app, certificate);
  });
  if (call.json) call.printJson(created);
  else
    call.out(
      `✓ Certificate created for ${hostname}\n\nRun fly certs check ${hostname} to check validation progress.\n`,
    );
}

function check(call: Call): void {
  const app = call.readApp();
  const certificate = find(app, call.operands[0] ?? "");
  if (call.json) return call.printJson(certificateView(app, certificate));
  const status = certificate.configured ? "Issued" : "Issuing...";
  call.out(`  ${"Status".padEnd(23)} = ${status}\n  ${"Hostname".padEnd(23)} = ${certificate.hostname}\n`);
}

function list(call: Call): void {
  const certificates = call.readApp().certificates.map(({ hostname, configured, createdAt }) => ({
    hostname,
    created_at: createdAt,
    configured,
    acme_requested: true,
    has_fly_certificate: configured,
    has_custom_certificate: false,
  }));
  if (call.json) return call.printJson(certificates);
  call.out(`${"HOSTNAME".padEnd(30)} ${"SOURCE".padEnd(10)} STATUS\n`);
  for (const each of certificates) {
    call.out(`${each.hostname.padEnd(30)} ${"Fly".padEnd(10)} ${each.configured ? "Issued" : "Not verified"}\n`);
  }
}

function remove(call: Call): void {
  const [hostname = ""] = call.operands;
  if (!call.flags.bool("yes")) throw nonInteractive();
  call.updateApp((app) => {
    const certificate = find(app, hostname);
    app.certificates = app.certificates.filter((each) => each !== certificate);
  });
  call.out(`✓ Certificate ${hostname} deleted from app ${call.appName}\n`);
}

const one = { kind: "exactly", count: 1 } as const;
const common = { operands: "<hostname>", args: one, session: true, app: "required" } as const;

export const certsCommands: readonly CommandSpec[] = [
  {
    path: "certs add",
    short: "Add a certificate for an app",
    aliases: ["create"],
    flags: [...appFlags, json],
    ...common,
    mutating: true,
    run: add,
  },
  {
    path: "certs check",
    short: "Show certificate and DNS status",
    aliases: ["show"],
    flags: [...appFlags, json],
    ...common,
    mutating: false,
    run: check,
  },
  {
    path: "certs list",
    short: "List certificates for an app",
    flags: [...appFlags, json],
    args: { kind: "none" },
    session: true,
    app: "required",
    mutating: false,
    run: list,
  },
  {
    path: "certs remove",
    short: "Removes a certificate from an app",
    aliases: ["delete"],
    flags: [...appFlags, yes],
    ...common,
    mutating: true,
    run: remove,
  },
];
