"use strict";
const element = (name, content, kind) => {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.append(...[content].flat().filter((part) => part !== null && part !== undefined));
  return made;
};
const data = (root, kind) => {
  const found = root.querySelector(`script.${kind}`);
  return found && JSON.parse(found.textContent);
};

// Columns sort at a click: numbers by their value, words by themselves.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.addEventListener("click", () => {
    const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    const rows = [...table.tBodies[0].rows];
    const numeric = rows.some((row) => "value" in row.cells[column].dataset);
    const up = head.ariaSort ? head.ariaSort === "descending" : !numeric || column === 0;
    const order = (a, b) => numeric
      ? (parseFloat(key(a)) || 0) - (parseFloat(key(b)) || 0) : key(a).localeCompare(key(b));
    rows.sort((a, b) => (up ? order(a, b) : order(b, a)));
    table.tBodies[0].append(...rows);
    heads.forEach((each) => { each.ariaSort = null; });
    head.ariaSort = up ? "ascending" : "descending";
  }));
}

// Of the heat maps, the chosen one is shown.
for (const factors of document.querySelectorAll(".factors")) {
  const select = factors.querySelector("select");
  const figures = [...factors.querySelectorAll("figure")];
  const show = () => figures.forEach((figure, number) => { figure.hidden = number !== +select.value; });
  if (select) { select.addEventListener("change", show); show(); }
}

// What a cell of the matrix is, read off the picture itself.
for (const figure of document.querySelectorAll(".matrix-figure")) {
  const told = data(figure, "matrix-data");
  const image = figure.querySelector("img");
  const out = figure.querySelector("output");
  let pixels = null;
  const read = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, canvas.width, canvas.height).data;
  };
  const kind = (place) => {
    pixels ??= read();
    if (!pixels[4 * place + 3]) return "not answered";
    const hex = [0, 1, 2].map((part) => pixels[4 * place + part].toString(16).padStart(2, "0"));
    return (told.kinds.find(([, colour]) => colour === `#${hex.join("")}`) ?? ["?"])[0];
  };
  image.addEventListener("mousemove", (event) => {
    const column = Math.floor((event.offsetX / image.width) * image.naturalWidth);
    const row = Math.floor((event.offsetY / image.height) * image.naturalHeight);
    if (!told.variants[row] || !told.examples[column]) return;
    const [id, question] = told.examples[column];
    const said = kind(row * image.naturalWidth + column);
    out.replaceChildren(element("b", told.variants[row]), ` – ${said} – ${id} ${question}`);
    image.title = `${told.variants[row]}\n${id}: ${said}`;
  });
}

// Two variants of one's choice, side by side.
const LISTED = 100;
for (const pairs of document.querySelectorAll(".pairs")) {
  const all = data(pairs, "pair-data");
  if (!all) continue;
  const selects = [...pairs.querySelectorAll("select")];
  const marked = (text, ends, side) => {
    const characters = Array.from(text);
    const parts = [];
    for (let at = 0, from = 0; at < ends.length; at += 3) {
      const to = ends[at + 1 + side];
      const part = characters.slice(from, to).join("");
      if (part) parts.push(ends[at] ? part : element("mark", part));
      from = to;
    }
    return parts;
  };
  const answer = ([kind, , said, text]) => {
    const name = all.kinds[kind];
    const dot = element("i", [], `dot ${name.replaceAll(" ", "-")}`);
    dot.title = name;
    if (!text) return element("td", [dot, said || name]);
    return element("td", element("details", [element("summary", [dot, said || name]), element("pre", text)]));
  };
  const differing = (one, other) => all.examples
    .map((example, number) => [example, all.answers[one][number], all.answers[other][number]])
    .filter(([, a, b]) => a && b && a[1] !== null && b[1] !== null && a[1] !== b[1])
    .sort((x, y) => Math.abs(y[1][1] - y[2][1]) - Math.abs(x[1][1] - x[2][1]));
  const table = (one, other, found) => {
    const heads = ["example", "gold", all.variants[one], all.variants[other]];
    const rows = found.slice(0, LISTED).map(([[id, question, gold], a, b]) => element("tr", [
      element("td", [element("b", id), " ", question]), element("td", gold), answer(a), answer(b),
    ]));
    const head = element("thead", element("tr", heads.map((words) => element("th", words))));
    return element("div", element("table", [head, element("tbody", rows)], "disagreements"), "scroll");
  };
  const show = () => {
    const [one, other] = selects.map((select) => +select.value);
    const panel = pairs.querySelector(".panel");
    if (one === other) {
      panel.replaceChildren(element("p", "Choose two different variants.", "note"));
      return;
    }
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    const pair = all.pairs[`${low},${high}`];
    const found = differing(one, other);
    const sides = [one, other].map((variant) => element("figure", [
      element("figcaption", all.variants[variant]),
      element("pre", marked(all.prompts[variant], pair.ends, variant === low ? 0 : 1)),
    ]));
    panel.replaceChildren(
      element("p", pair.sentence, "sentence"),
      element("h4", "Prompts for one example"),
      element("p", all.example, "note"),
      element("div", sides, "sides"),
      element("h4", `Examples on which they disagree: ${found.length}`),
      table(one, other, found),
    );
  };
  selects.forEach((select) => select.addEventListener("change", show));
}
