import { z } from "zod";
import { dnsRecords, formatDnsRecords } from "../dns-records.ts";
import { Flyctl, type RunResult } from "../flyctl.ts";
import { input, optionalInput } from "../inputs.ts";
import type { Step } from "./step.ts";

const detail = z.object({
  status: z.string().default("unknown"),
  configured: z.boolean().default(false),
  dns_requirements: z
    .object({
      a: z.array(z.string()).nullish(),
      aaaa: z.array(z.string()).nullish(),
      cname: z.string().nullish(),
      acme_challenge: z.object({ name: z.string().optional(), target: z.string().optional() }).nullish(),
      ownership: z.object({ name: z.string().optional(), app_value: z.string().optional() }).nullish(),
    })
    .nullish(),
});
const hostnames = z.array(z.object({ hostname: z.string() })).nullable();
const apps = z.array(z.object({ Name: z.string() }));

const ask = (fly: Flyctl, app: string, host: string): Promise<RunResult> =>
  fly.attempt(["certs", "check", host, "--app", app, "--json"]);

export const certificate: Step = {
  async converge(run) {
    const app = input("APP");
    const host = input("HOSTNAME");
    const fly = new Flyctl(run, app);
    let answer = await fly.preflightBeside(() => ask(fly, app, host));
    if (!answer.ok) {
      const isMade = async (): Promise<boolean> => (await ask(fly, app, host)).ok;
      await fly.create(["certs", "add", host, "--app", app, "--json"], isMade, { timeoutSeconds: 120 });
      answer = await ask(fly, app, host);
      if (!answer.ok) throw fly.problem(["certs", "check"], answer);
    }
    const { status, configured, dns_requirements: needed } = detail.parse(JSON.parse(answer.stdout));
    const records = dnsRecords(host, needed ?? {});
    if (!configured) {
      fly.show(`The certificate of ${host} is ${status}: Fly issues it when these records are set.`);
      for (const line of formatDnsRecords(records)) fly.show(`  ${line}`);
      fly.show(`To see later whether it was issued: \`npm run ops -- drift --stack ${optionalInput("STACK")}\`.`);
    }
    return { status, records };
  },

  async remove(run) {
    const app = input("APP");
    const host = input("HOSTNAME");
    const fly = new Flyctl(run, app);
    if (!(await fly.preflightBeside(() => isThere(fly, app, host)))) return;
    await fly.run(["certs", "remove", host, "--app", app, "--yes"], { timeoutSeconds: 120 });
    fly.show(
      `${host} has no certificate any more, and links to it fail. To take it back: \`fly certs add ${host} --app ${app}\`.`,
    );
  },
};

/** The check can fail for any reason: only a list without the certificate, or without the app, proves that it is deleted. */
async function isThere(fly: Flyctl, app: string, host: string): Promise<boolean> {
  const [{ ok }, listed] = await fly.attemptBeside(
    ["certs", "check", host, "--app", app, "--json"],
    ["certs", "list", "--app", app, "--json"],
  );
  if (ok) return true;
  try {
    const list = hostnames.parse(JSON.parse(listed())) ?? [];
    return list.some(({ hostname }) => hostname === host);
  } catch (error) {
    const all = apps.parse(JSON.parse(await fly.run(["apps", "list", "--json"])));
    if (all.some(({ Name }) => Name === app)) throw error;
    return false;
  }
}
