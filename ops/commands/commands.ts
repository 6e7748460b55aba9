import type { Command } from "commander";
import { addAdopt } from "./adopt.ts";
import { addBackup } from "./backup.ts";
import { addConsole } from "./console.ts";
import { addCutover } from "./cutover.ts";
import { addDb } from "./db.ts";
import { addDrift } from "./drift.ts";
import { addEndToEnd } from "./e2e.ts";
import { addEnv } from "./env.ts";
import { addHealth } from "./health.ts";
import { addInit } from "./init.ts";
import { addLogs } from "./logs.ts";
import { addPipeline } from "./pipeline.ts";
import { addQueue } from "./queue.ts";
import { addRedis } from "./redis.ts";
import { addRestore } from "./restore.ts";
import { addRollback } from "./rollback.ts";
import { addRotate } from "./rotate.ts";
import { addScale } from "./scale.ts";
import { addSmoke } from "./smoke.ts";
import { addUp } from "./up.ts";
import { addWatch } from "./watch.ts";

export type AddCommand = (program: Command) => void;

/** The commands of `npm run ops`, in the order of its help. */
export const commands: readonly AddCommand[] = [
  addInit,
  addUp,
  addWatch,
  addHealth,
  addSmoke,
  addEndToEnd,
  addDrift,
  addScale,
  addLogs,
  addQueue,
  addDb,
  addRedis,
  addConsole,
  addRollback,
  addBackup,
  addRestore,
  addPipeline,
  addCutover,
  addRotate,
  addEnv,
  addAdopt,
];
