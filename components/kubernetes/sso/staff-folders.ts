/** Folders in which every page is for staff. */
const staffFolders = [
  ...["app", "super_admin", "monitoring", "installation", "swagger"],
  // Agents' browsers return here from a provider, with the proxy's cookie.
  ...["microsoft", "google", "instagram", "tiktok", "notion", "linear", "shopify", "twitter"].map(
    (provider) => `${provider}/callback`,
  ),
  "rails/active_storage/direct_uploads",
];

/** Pages for staff in folders that have other pages too: sign-up, change and deletion of users. */
const staffPages = ["auth"];

/** Folders of the API for staff. Without `publicApi`, single sign-on covers them. */
const apiFolders = ["auth", "platform", "enterprise/api", "api/v1", "api/v2"];

/** Rails routes `/app.json` as `/app`. */
const formats = ["json", "js", "html", "xml", "csv", "txt", "md"];

/**
 * The problem of a route that opens a part of a folder for staff, as "problem. Fix". Only for routes without a problem of
 * their form. It compares the patterns of the folders, because no list of example paths is complete.
 */
export function folderProblem(path: string, { publicApi }: { publicApi: boolean }): string | undefined {
  const parts = partsOf(path);
  if (parts === undefined) return "has a slash inside of a group. Write a route for each folder";
  const pattern = { parts: parts.filter((part) => part !== ""), isFolder: !path.endsWith("$") };
  const opened =
    [...staffFolders, ...(publicApi ? [] : apiFolders)].find((folder) => opens(pattern, folder, "folder")) ??
    staffPages.find((page) => opens(pattern, page, "page"));
  return opened === undefined ? undefined : `opens pages in /${opened}, which are for staff. Remove it`;
}

function opens(
  { parts, isFolder }: { parts: readonly string[]; isFolder: boolean },
  staff: string,
  kind: "folder" | "page",
): boolean {
  const names = staff.split("/");
  if (parts.length > names.length && kind === "page") return false;
  if (parts.length < names.length && !isFolder) return false;
  return names.slice(0, parts.length).every((name, index) => {
    const pattern = new RegExp(`^(?:${parts[index]})$`);
    const isLast = index === parts.length - 1;
    return [name, ...(isLast ? formats.map((format) => `${name}.${format}`) : [])].some((each) => pattern.test(each));
  });
}

/** The patterns between the slashes; undefined if a group contains a slash. */
function partsOf(path: string): string[] | undefined {
  const parts = [""];
  let depth = 0;
  for (const token of path.replace(/^\^\//, "").match(/\\.|\[(?:\\.|[^\]])*\]|[^]/g) ?? []) {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (token === "/" && depth > 0) return undefined;
    if (token === "/") parts.push("");
    else if (token !== "$") parts.push(`${parts.pop() ?? ""}${token}`);
  }
  // A quantifier at the begin belongs to the slash before.
  return parts.map((part) => part.replace(/^[?*+]+/, ""));
}
