#!/usr/bin/env node
/* The command `ops` of the installed package. */
import "../preload.cjs";

await import("../../ops/main.ts");
