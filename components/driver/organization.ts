import { z } from "zod";

/** An organization as flyctl prints it with an app. */
export const organizationSchema = z.object({
  Slug: z.string(),
  /** Fly shows the slug of your personal organization to you as `personal`; this is the real one. */
  RawSlug: z.string().nullish(),
  /** Not in every answer. */
  Type: z.string().nullish(),
});

export type Organization = z.output<typeof organizationSchema>;

/** Whether an organization is the configured one. A token of the organization itself does not see it as `personal`. */
export function isOrganization({ Slug, RawSlug, Type }: Organization, configured: string): boolean {
  return [Slug, RawSlug, Type === "PERSONAL" ? "personal" : undefined].includes(configured);
}
