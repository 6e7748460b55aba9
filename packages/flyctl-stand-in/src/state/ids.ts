import { randomBytes, randomInt } from "node:crypto";

/** Identifiers in Fly.io's formats. */
export const machineId = (): string => randomBytes(7).toString("hex");
export const volumeId = (): string => `vol_${letters(16)}`;
export const releaseId = (): string => letters(22);
export const addOnId = (): string => letters(22);
export const ipId = (): string => `ip_${letters(16)}`;
export const password = (): string => randomBytes(16).toString("hex");

/** Version identifiers sort by creation time. */
export const instanceId = (): string => `01${letters(24, "0123456789ABCDEFGHJKMNPQRSTVWXYZ")}`;

export const sharedIpv4 = (): string => `66.241.${randomInt(124, 126)}.${randomInt(1, 255)}`;
export const dedicatedIpv4 = (): string => `137.66.${randomInt(1, 63)}.${randomInt(1, 255)}`;
export const ipv6 = (): string => `2a09:8280:1::${hexGroup()}:${hexGroup()}:0`;
export const privateIpv6 = (): string => `fdaa:0:${hexGroup()}:a7b:${hexGroup()}:${hexGroup()}:${hexGroup()}:2`;

const hexGroup = (): string => randomInt(1, 0xffff).toString(16);

function letters(count: number, alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"): string {
  return Array.from({ length: count }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}
