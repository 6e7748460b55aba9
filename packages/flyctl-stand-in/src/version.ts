/** A version of the real flyctl whose rules the stand-in follows; parsers of version numbers accept it. */
export const version = "0.4.87";

/** Where the real one says from which commit it was built. */
export const commit = "sandbox-stand-in";

export const buildDate = "2026-08-21T14:11:32Z";
