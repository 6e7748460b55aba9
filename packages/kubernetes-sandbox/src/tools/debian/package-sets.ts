/** Package sets, with names that Debian and Ubuntu share. */
export const packageSets = {
  postgresql: ["postgresql"],
  pgbouncer: ["pgbouncer"],
  redis: ["redis-server"],
  // The gem activesupport requires minitest, which its package only recommends.
  ruby: ["ruby", "ruby-pg", "ruby-redis", "ruby-activerecord", "ruby-aws-sdk-s3", "ruby-minitest"],
} as const satisfies Record<string, readonly string[]>;

export type PackageSet = keyof typeof packageSets;

/**
 * Dependencies that are not unpacked. A second C library would crash every program. The others are for installation
 * scripts, which are not run, or a compiler that PostgreSQL uses for large queries only.
 */
const leftOut = [
  // The system's own, of the same release.
  /^libc6$|^libc-bin$|^libc-l10n$|^locales$|^tzdata$|^gcc-[\d.]+-base$|^libcrypt1$/,
  // Installation.
  /^dpkg$|^tar$|^perl|^libperl|-perl$|^libgdbm|^debconf|^adduser$|^passwd$|^ucf$|^usrmerge$|^sensible-utils$|^openssl$/,
  /^init-system-helpers$|^sysvinit-utils$|^lsb-base$|^netbase$|^ssl-cert$|^libsemanage|^libsepol|^libpam-|^media-types$/,
  /^postgresql(-client)?-common$|^ca-certificates$|^readline-common$|^cdebconf$|^debianutils$|^coreutils$|^login/,
  // Just-in-time compilation.
  /^libllvm|^libz3-/,
];

export function isUnpacked(packageName: string): boolean {
  return !leftOut.some((pattern) => pattern.test(packageName));
}

/** The input of the cache key: another package list uses another folder. */
export function setDescription(set: PackageSet): string {
  return [...packageSets[set], ...leftOut.map((pattern) => pattern.source)].join("\n");
}
