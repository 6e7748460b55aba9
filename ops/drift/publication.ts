import type { ActualApp, Certificate } from "./actual.ts";
import type { Comparison } from "./comparison.ts";
import type { ExpectedApp } from "./expected.ts";
import { rerun } from "./fixes.ts";

/** Expects an issued, unexpired certificate for every host name. */
export function compareCertificates(stack: string, expected: ExpectedApp, actual: ActualApp, now: Date): Comparison[] {
  const { app, hosts, steps } = expected;
  return hosts.map((host) => {
    const certificate = actual.certificates?.find(({ hostname }) => hostname === host);
    const own = steps.filter(({ inputs }) => inputs["HOSTNAME"] === host);
    return {
      app,
      what: `certificate ${host}`,
      expected: "active",
      actual: certificate === undefined ? "missing" : stateOf(certificate, now),
      fix:
        certificate === undefined
          ? rerun(stack, own, "certificate")
          : `fly certs check ${host} --app ${app} # set the DNS records that it prints`,
    };
  });
}

function stateOf({ status, certificates }: Certificate, now: Date): string {
  if (status !== "active") return status;
  const ends = (certificates ?? []).flatMap(({ expires_at: end }) => (end ? [end] : []));
  const last = ends.sort().at(-1);
  return last !== undefined && Date.parse(last) <= now.getTime() ? `expired on ${last.slice(0, 10)}` : status;
}

export function compareAddresses(stack: string, expected: ExpectedApp, actual: ActualApp): Comparison[] {
  const { app, addresses, steps } = expected;
  const present = new Set(actual.addresses?.map(({ Address }) => Address));
  const fix = rerun(stack, steps, "addresses");
  return addresses.map(({ type, address }) => ({
    app,
    what: `address ${type}`,
    expected: address,
    actual: present.has(address) ? address : "released",
    fix,
  }));
}
