/** A version that an upgrade must deploy in between, because later migrations fail on older data. */
export interface UpgradeStop {
  /** The version to deploy in between. */
  through: string;
  /** From this version on, the stop is not required. */
  from: string;
  /** The first version that requires the stop. */
  blocks: string;
  /** If this migration has run in the database, the stop is done. */
  migration: string;
  /** An image requires the stop if it has a migration whose file name starts with this. */
  blockedBy: string;
}

/**
 * Chatwoot's own advice is to upgrade in steps of one or two minor versions; these are the steps without which the
 * migration fails.
 *
 * - 2024-02 (https://github.com/chatwoot/chatwoot/pull/8862): everything before May 2023 became one migration that makes
 *   every table, and fails on a database that has them. That 3.5.2 is the last release before it, and 2.17.0 the first
 *   whose database has seen it, follows from the dates; the numbers of the migrations are certain.
 * - 4.2.0 (https://github.com/chatwoot/chatwoot/issues/12088): a migration uses a column of accounts that a later one
 *   makes. It fails where there are accounts, from 3.x and from 4.0.x; by way of 4.1 it works.
 */
export const upgradeStops: readonly UpgradeStop[] = [
  {
    through: "3.5.2",
    from: "2.17.0",
    blocks: "3.6.0",
    migration: "20230426130150",
    blockedBy: "20230426130150_init_schema",
  },
  {
    through: "4.1.0",
    from: "4.1.0",
    blocks: "4.2.0",
    migration: "20250416182131",
    blockedBy: "20250421082927_",
  },
];
