import type { Call } from "../cli/call.ts";
import { FlyError, machinesApiError, nonInteractive } from "../cli/errors.ts";
import { appFlags, json, yes } from "../cli/flags.ts";
import type { CommandSpec } from "../cli/spec.ts";
import type { App, Certificate } from "../state/types.ts";
import { certificateDetail, certificateSummary, isConfigured } from "./certs-view.ts";

function find(app: App, hostname: string, purpose: string): Certificate {
  const certificate = app.certificates.find((each) => each.hostname === hostname);
  if (certificate === undefined) {
    throw machinesApiError(`failed to ${purpose} certificate: Certificate not found for ${hostname}`);
  }
  return certificate;
}

function add(call: Call): void {
  const [hostname = ""] = call.operands;
  const created = call.updateApp((app) => {
    if (!/^(\*\.)?([a-z0-9-]+\.)+[a-z0-9-]+$/i.test(hostname)) throw new FlyError(`Hostname is invalid: ${hostname}`);
    if (app.certificates.some((each) => each.hostname === hostname)) {
      throw machinesApiError("failed to create ACME certificate: Hostname already exists on app");
    }
    const certificate = { hostname, createdAt: new Date().toISOString(), configured: false };
    app.certificates.push(certificate);
    return certificateDetail(app, certificate, isConfigured(call.store, certificate));
  });
  if (call.json) call.printJson(created);
  else
    call.out(
      `✓ Certificate created for ${hostname}\n\nRun fly certs check ${hostname} to check validation progress.\n`,
    );
}

function check(call: Call): void {
  const app = call.readApp();
  const certificate = find(app, call.operands[0] ?? "", "check");
  const configured = isConfigured(call.store, certificate);
  if (call.json) return call.printJson(certificateDetail(app, certificate, configured));
  const line = (label: string, value: string): void => call.out(`  ${label.padEnd(23)} = ${value}\n`);
  line("Status", configured ? "Issued" : "Issuing...");
  line("Hostname", certificate.hostname);
  if (configured) {
    line("Certificate Authority", "Let's Encrypt");
    line("Issued", "ecdsa");
    return call.out("\n✓ Certificate is verified and active\n");
  }
  call.out(`\nRun fly certs setup ${certificate.hostname} to view DNS setup instructions.\n`);
}

function list(call: Call): void {
  const { certificates } = call.readApp();
  const configured = (each: Certificate): boolean => isConfigured(call.store, each);
  if (call.json) return call.printJson(certificates.map((each) => certificateSummary(each, configured(each))));
  call.out(`${"HOSTNAME".padEnd(30)} ${"SOURCE".padEnd(10)} STATUS\n`);
  for (const each of certificates) {
    call.out(`${each.hostname.padEnd(30)} ${"Fly".padEnd(10)} ${configured(each) ? "Issued" : "Not verified"}\n`);
  }
}

function remove(call: Call): void {
  const [hostname = ""] = call.operands;
  if (!call.flags.bool("yes")) throw nonInteractive();
  call.updateApp((app) => {
    const certificate = find(app, hostname, "delete");
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
