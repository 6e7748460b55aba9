/** A version of the real flyctl whose rules the stand-in follows; parsers of version numbers accept it. */
export const version = "0.4.87";

/** The real flyctl prints its commit here. */
export const commit = "sandbox-stand-in";

export const buildDate = "2026-08-21T14:11:32Z";
