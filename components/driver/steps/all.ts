import type { StepName } from "../../fly/step.ts";
import { addresses } from "./addresses.ts";
import { app } from "./app.ts";
import { backup } from "./backup.ts";
import { bucket } from "./bucket.ts";
import { certificate } from "./certificate.ts";
import { deployment } from "./deployment.ts";
import { handover } from "./handover.ts";
import { pipeline } from "./pipeline.ts";
import { redis } from "./redis.ts";
import { scale } from "./scale.ts";
import { secrets } from "./secrets.ts";
import type { Step } from "./step.ts";
import { window } from "./window.ts";

/** Every step that the program can ask for. */
export const steps: Record<StepName, Step> = {
  app,
  redis,
  secrets,
  deployment,
  scale,
  window,
  addresses,
  bucket,
  certificate,
  backup,
  handover,
  pipeline,
};
