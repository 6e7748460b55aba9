import { parse } from "smol-toml";
import { stepOf } from "./fly.ts";
import { containersOf, isDatabase, specOf } from "./kubernetes.ts";
import { entriesOf, isObject, textOf, type Props, type Resource } from "./resource.ts";
import { leavesOf, withEmbedded } from "./walk.ts";

export interface Image {
  where: string;
  /** "" if it is missing. */
  image: string;
}

/** Every image of a resource: of containers, volumes and operators' objects of any kind, of fly.toml and Fly machines. */
export function imagesOf(resource: Resource): Image[] {
  if (stepOf(resource) !== undefined) return imagesOfStep(resource.props);
  if (!resource.type.startsWith("kubernetes:")) return [];
  return withEmbedded(resource).flatMap((each) => {
    const { data: _data, stringData: _open, binaryData: _binary, ...props } = each.props;
    const named = leavesOf(props)
      .filter(({ key, path }) => /^image(Name)?$/i.test(key) || /\.image\.reference$/.test(path))
      .map(({ path, text }) => ({ where: path, image: textOf(text) }));
    const missing = [
      ...containersOf(each).filter(({ image }) => image === undefined || image === ""),
      ...(isDatabase(each) && !named.some(({ where }) => where === "spec.imageName")
        ? [{ name: "of the database" }]
        : []),
    ];
    const catalog = specOf(each)["imageCatalogRef"] === undefined ? [] : [{ where: "spec.imageCatalogRef", image: "" }];
    return [
      ...named.filter((item): item is Image => item.image !== undefined && item.image !== ""),
      ...missing.map(({ name }) => ({ where: `container ${name}`, image: "" })),
      ...catalog,
    ];
  });
}

/** Images that fly.toml builds have no version. */
function imagesOfStep({ environment }: Props): Image[] {
  return entriesOf(environment).flatMap(([name, value]): Image[] => {
    const text = textOf(value);
    if (text === undefined) return [];
    if (/(^|_)IMAGE$/.test(name)) return [{ where: name.replace(/^STEP_/, ""), image: text }];
    if (name !== "STEP_MACHINE_CONFIG") return [];
    const config: Props = parse(text);
    const build: unknown = config["build"];
    const own =
      isObject(build) && Object.keys(build).join() === "image" ? [] : [{ where: "fly.toml build", image: "" }];
    const used = leavesOf(config).filter(({ key, path }) => key === "image" && !path.startsWith("files"));
    return [...own, ...used.map(({ path, text: image }) => ({ where: `fly.toml ${path}`, image }))];
  });
}
