import type { Release } from "../state/types.ts";

export const user = {
  ID: "sandbox",
  Name: "Sandbox Operator",
  Email: "operator@sandbox.example",
  EnablePaidHobby: false,
};

export const releaseView = (release: Release): Record<string, unknown> => ({
  ID: release.id,
  Version: release.version,
  Stable: release.status === "complete",
  // flyctl does not query it.
  InProgress: false,
  Reason: "change_image",
  Description: release.description,
  Status: release.status,
  DeploymentStrategy: release.strategy.toUpperCase(),
  Metadata: null,
  User: user,
  EvaluationID: "",
  CreatedAt: release.createdAt,
  ImageRef: release.imageRef,
});
