// The order of the table's rows.
const TEXTS = ["instance", "license", "reminder", "customer"];
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function ordered(table, rows) {
  const heads = all("thead th", table);
  const column = heads.findIndex((head) => view.sort && head.dataset.sort === view.sort);
  for (const head of heads) {
    if (head !== heads[column]) head.removeAttribute("aria-sort");
    else head.setAttribute("aria-sort", view.dir === "desc" ? "descending" : "ascending");
  }
  if (column < 0) return rows;
  const texts = TEXTS.includes(view.sort);
  const sign = view.dir === "desc" ? -1 : 1;
  const valued = rows.map((row, place) => [row.children[column].dataset.v, place, row]);
  valued.sort(([a, placeA], [b, placeB]) => {
    // What has no value comes last in either direction; equals stay as they came, the most urgent first.
    if (a === "" || b === "") return a === b ? placeA - placeB : a === "" ? 1 : -1;
    return sign * (texts ? collator.compare(a, b) : a - b) || placeA - placeB;
  });
  return valued.map(([, , row]) => row);
}

function nextOrder(column) {
  if (view.sort !== column) return { sort: column, dir: "" };
  return view.dir ? { sort: "", dir: "" } : { dir: "desc" };
}
