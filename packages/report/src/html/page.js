"use strict";
/* global document, Element, history, location, window */
{
  const { resources, dependenciesKnown } = JSON.parse(document.getElementById("data").textContent);
  const [NAME, KIND, URN, OPERATION, PARENT, NEEDS] = [0, 1, 2, 3, 4, 5];
  const byId = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const neededBy = resources.map(() => []);
  resources.forEach((resource, index) => resource[NEEDS].forEach((other) => neededBy[other].push(index)));
  const nodes = new Map(all("[data-node]").map((element) => [Number(element.dataset.node), element]));
  const drawing = byId("drawing");
  const svg = "http://www.w3.org/2000/svg";
  let chosen;
  let around;

  const reach = (start, next) => {
    const found = new Set();
    const open = [...start];
    while (open.length > 0) {
      for (const other of next(open.pop())) {
        if (found.has(other)) continue;
        found.add(other);
        open.push(other);
      }
    }
    return found;
  };

  /* A component represents its children. */
  const inside = (index) => {
    const found = new Set([index]);
    resources.forEach((resource, at) => {
      for (let up = resource[PARENT]; up >= 0; up = resources[up][PARENT]) if (up === index) found.add(at);
    });
    return found;
  };

  const connected = (index) => {
    const own = inside(index);
    return new Set([...own, ...reach(own, (at) => resources[at][NEEDS]), ...reach(own, (at) => neededBy[at])]);
  };

  function filter() {
    const words = byId("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const operations = new Set(all("input[name=operation]:checked").map(({ value }) => value));
    const matches = resources.map((resource, index) => {
      const text = `${resource[NAME]} ${resource[KIND]} ${resource[URN]}`.toLowerCase();
      const belongs = around === undefined || around.has(index);
      return (
        words.every((word) => text.includes(word)) &&
        belongs &&
        (around !== undefined || operations.has(resource[OPERATION]))
      );
    });
    for (const element of all("[data-r]")) element.hidden = !matches[Number(element.dataset.r)];
    for (const [index, element] of nodes) element.classList.toggle("in", matches[index]);
    const narrowed = words.length > 0 || around !== undefined;
    drawing?.classList.toggle("filtered", narrowed);
    const count = matches.filter(Boolean).length;
    const about = chosen === undefined ? "" : `: ${resources[chosen][NAME]} and connected resources`;
    byId("found").textContent = `${count} of ${resources.length} shown${about}`;
    byId("clear").hidden = !narrowed;
  }

  function element(name, text, parent) {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  function list(panel, title, indexes) {
    if (indexes.length === 0) return;
    element("p", `${title}:`, panel);
    const items = element("ul", "", panel);
    for (const index of indexes) {
      const button = element("button", resources[index][NAME], element("li", "", items));
      button.type = "button";
      button.addEventListener("click", () => choose(index));
    }
  }

  function describe() {
    const panel = byId("chosen");
    if (panel === null) return;
    panel.replaceChildren();
    panel.hidden = chosen === undefined;
    if (chosen === undefined) return;
    const [name, kind, urn] = resources[chosen];
    element("h3", name, panel);
    element("p", `${kind}, ${urn}`, panel).className = "urn";
    const own = inside(chosen);
    const outside = (indexes) => [...new Set(indexes)].filter((index) => !own.has(index));
    list(
      panel,
      "Holds",
      [...own].filter((index) => index !== chosen),
    );
    list(panel, "Needs", outside([...own].flatMap((index) => resources[index][NEEDS])));
    list(panel, "Needed by", outside([...own].flatMap((index) => neededBy[index])));
    if (!dependenciesKnown)
      element("p", "Dependencies are unknown, because the stack's state was not provided.", panel);
    const link = element("a", "Its properties", element("p", "", panel));
    link.href = `#r${chosen}`;
  }

  const middle = (index) => {
    const box = nodes.get(index)?.querySelector("rect");
    if (!box) return undefined;
    const [x, y, width, height] = ["x", "y", "width", "height"].map((key) => Number(box.getAttribute(key)));
    return { y: y + height / 2, left: x, right: x + width };
  };

  function drawChosen() {
    const layer = byId("chosen-edges");
    if (layer === null) return;
    layer.replaceChildren();
    if (chosen === undefined) return;
    for (const index of inside(chosen)) {
      const edges = [
        ...resources[index][NEEDS].map((other) => [other, index]),
        ...neededBy[index].map((other) => [index, other]),
      ];
      for (const [from, to] of edges.map((pair) => pair.map(middle))) {
        if (!from || !to) continue;
        const path = document.createElementNS(svg, "path");
        const bend = Math.max(24, Math.abs(to.left - from.right) / 2);
        path.setAttribute(
          "d",
          `M${from.right} ${from.y}C${from.right + bend} ${from.y} ${to.left - bend} ${to.y} ${to.left} ${to.y}`,
        );
        path.setAttribute("marker-end", "url(#arrow)");
        layer.append(path);
      }
    }
  }

  /* A second click clears the selection. */
  function choose(index) {
    chosen = index === chosen ? undefined : index;
    around = chosen === undefined ? undefined : connected(chosen);
    for (const [at, element] of nodes) element.setAttribute("aria-pressed", String(at === chosen));
    const details = chosen === undefined ? null : byId(`r${chosen}`);
    if (details !== null) details.open = true;
    history.replaceState(null, "", chosen === undefined ? " " : `#r${chosen}`);
    filter();
    describe();
    drawChosen();
    if (chosen !== undefined) setFocusable(nodes.get(chosen));
  }

  function clear() {
    byId("find").value = "";
    if (chosen !== undefined) choose(chosen);
    else filter();
  }

  /* The graph is one tab stop; arrow keys move within it. */
  function setFocusable(element) {
    if (!element) return;
    for (const other of nodes.values()) other.setAttribute("tabindex", "-1");
    element.setAttribute("tabindex", "0");
  }

  const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function neighbour(current, [dx, dy]) {
    const centre = (element) => {
      const { x, y, width, height } = element.querySelector("rect").getBBox();
      /* A component is identified by its head. */
      return element.classList.contains("group") ? [x + 40, y + 12] : [x + width / 2, y + height / 2];
    };
    const [x, y] = centre(current);
    let best;
    for (const element of nodes.values()) {
      if (element === current) continue;
      const [otherX, otherY] = centre(element);
      const along = (otherX - x) * dx + (otherY - y) * dy;
      const across = Math.abs((otherX - x) * dy) + Math.abs((otherY - y) * dx);
      if (along <= 1) continue;
      const cost = along + 2 * across;
      if (best === undefined || cost < best.cost) best = { element, cost };
    }
    return best?.element;
  }

  let scale = 1;
  const natural = drawing && {
    width: Number(drawing.getAttribute("width")),
    height: Number(drawing.getAttribute("height")),
  };
  function zoom(to) {
    scale = Math.min(3, Math.max(0.1, to));
    drawing.setAttribute("width", String(Math.round(natural.width * scale)));
    drawing.setAttribute("height", String(Math.round(natural.height * scale)));
  }
  const fitting = () => Math.min(1, (byId("canvas").clientWidth - 2) / natural.width);

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const node = event.target.closest("[data-node]");
    const link = event.target.closest("[data-select]");
    if (node !== null) choose(Number(node.dataset.node));
    else if (link !== null) {
      event.preventDefault();
      const index = Number(link.dataset.select);
      if (index !== chosen) choose(index);
      byId(`r${index}`).scrollIntoView();
      byId(`r${index}`).querySelector("summary").focus({ preventScroll: true });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return clear();
    const node = event.target instanceof Element ? event.target.closest("[data-node]") : null;
    if (node === null) return;
    if (event.key === "Enter" || event.key === " ") choose(Number(node.dataset.node));
    else if (event.key in directions) {
      const next = neighbour(node, directions[event.key]);
      setFocusable(next);
      next?.focus();
    } else return;
    event.preventDefault();
  });
  byId("filters").addEventListener("input", filter);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", clear);
  byId("open-all").addEventListener("click", () => all("details:not([hidden])").forEach((one) => (one.open = true)));
  byId("close-all").addEventListener("click", () => all("details").forEach((one) => (one.open = false)));
  if (drawing) {
    byId("zoom-in").addEventListener("click", () => zoom(scale * 1.25));
    byId("zoom-out").addEventListener("click", () => zoom(scale / 1.25));
    byId("zoom-fit").addEventListener("click", () => zoom(fitting()));
    setFocusable(nodes.values().next().value);
    /* Fits the whole graph, down to the smallest readable size. */
    zoom(Math.max(0.6, fitting()));
  }
  window.addEventListener("beforeprint", () => all("details:not([hidden])").forEach((one) => (one.open = true)));
  filter();
  const asked = /^#r(\d+)$/.exec(location.hash);
  if (asked !== null && resources[Number(asked[1])]) choose(Number(asked[1]));
}
