/** Folders in which every page is for staff. */
const staffFolders = ["app", "super_admin", "monitoring", "installation", "swagger"];

/** Folders of the API for staff. Without `publicApi`, single sign-on covers them. */
const apiFolders = ["auth", "platform", "api/v1", "api/v2"];

/**
 * The problem of a route that opens a part of a folder for staff, as "problem. Fix". Only for routes without a problem of
 * their form. It compares the patterns of the folders, because no list of example paths is complete.
 */
export function folderProblem(path: string, { publicApi }: { publicApi: boolean }): string | undefined {
  const parts = partsOf(path);
  if (parts === undefined) return "has a slash inside of a group. Write a route for each folder";
  const folders = [...staffFolders, ...(publicApi ? [] : apiFolders)];
  const opened = folders.find((folder) =>
    folder
      .split("/")
      .every((name, index) => parts[index] !== undefined && new RegExp(`^(?:${parts[index]})$`).test(name)),
  );
  return opened === undefined ? undefined : `opens pages in /${opened}, which are for staff. Remove it`;
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
