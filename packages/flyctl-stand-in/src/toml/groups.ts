import type { Compute, FlyConfig, Grouped, Service } from "./types.ts";

/** The process groups of a config, sorted. Default: `app`. */
export function processNames(config: FlyConfig): readonly string[] {
  const names = Object.keys(config.processes ?? {}).sort();
  return names.length > 0 ? names : ["app"];
}

export function defaultGroup(config: FlyConfig): string {
  const names = processNames(config);
  return names.includes("app") ? "app" : (names[0] ?? "app");
}

/** Whether a section belongs to a group; a section without groups belongs to the default group only. */
export function belongsTo(config: FlyConfig, group: string, section: Grouped): boolean {
  const processes = section.processes ?? [];
  return processes.length === 0 ? group === defaultGroup(config) : processes.includes(group);
}

/** The `[[vm]]` of a group: its own, or one for all groups. Unlike other sections, one without groups applies to all. */
export function computeFor(config: FlyConfig, group: string): Compute | undefined {
  const candidates = (config.vm ?? []).filter(
    (compute) => (compute.processes ?? []).length === 0 || belongsTo(config, group, compute),
  );
  return candidates.find((compute) => (compute.processes ?? []).includes(group)) ?? candidates[0];
}

/** `[http_service]` expanded to a service, then `[[services]]`. */
export function allServices(config: FlyConfig): readonly Service[] {
  const http = config.http_service;
  if (http === undefined) return config.services ?? [];
  const { force_https: forceHttps, checks, ...serving } = http;
  const service: Service = {
    ...serving,
    protocol: "tcp",
    ports: [
      { port: 80, handlers: ["http"], ...(forceHttps === true ? { force_https: true } : {}) },
      { port: 443, handlers: ["http", "tls"] },
    ],
    ...(checks === undefined ? {} : { http_checks: checks }),
  };
  return [service, ...(config.services ?? [])];
}

export const servicesOf = (config: FlyConfig, group: string): readonly Service[] =>
  allServices(config).filter((service) => belongsTo(config, group, service));

export const checksOf = (config: FlyConfig, group: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(config.checks ?? {}).filter(([, check]) => belongsTo(config, group, check)));

export const hasMounts = (config: FlyConfig, group: string): boolean =>
  (config.mounts ?? []).some((mount) => belongsTo(config, group, mount));
