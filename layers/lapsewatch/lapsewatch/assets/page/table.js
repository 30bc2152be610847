// The table, be it of instances or of customers. What is returned shows the view anew.
function listenToTable(table) {
  const flat = one("tbody", table);
  const rows = [...flat.rows];
  const noun = table.dataset.noun;
  const counters = all(".counter");
  const bands = counters.map((counter) => [counter.dataset.band, one("span", counter).textContent]);

  function place() {
    const inOrder = ordered(table, rows);
    // Rows move while they are off the page, which then is laid out once.
    for (const body of all("tbody", table)) body.remove();
    if (view.group !== "customer") flat.append(...inOrder);
    table.append(...(view.group === "customer" ? grouped(table, rows, inOrder) : [flat]));
  }

  function show() {
    const shown = filter(rows);
    tallyGroups(table, bands);
    for (const counter of counters) {
      if (counter.dataset.band === view.band) counter.setAttribute("aria-current", "true");
      else counter.removeAttribute("aria-current");
    }
    showTools(shown, rows.length, noun);
  }

  function change(changes) {
    Object.assign(view, changes);
    writeAddress();
    if ("sort" in changes || "dir" in changes || "group" in changes) place();
    show();
  }

  function recount() {
    for (const counter of counters) {
      const count = rows.filter((row) => row.dataset.band === counter.dataset.band).length;
      one("[data-count]", counter).textContent = String(count);
    }
    tallyGroups(table, bands);
  }

  for (const head of all("[data-sort]", table)) {
    const button = make("button", { type: "button" }, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => change(nextOrder(head.dataset.sort)));
  }
  // Where rows are cards (narrow.css) nobody sees the heads of columns, so the keyboard passes them by.
  const cards = matchMedia("(max-width: 1239px)");
  const passHeads = () => all("thead button", table).forEach((button) => { button.tabIndex = cards.matches ? -1 : 0; });
  cards.addEventListener("change", passHeads);
  passHeads();
  one(".counters").addEventListener("click", (event) => {
    const counter = event.target.closest(".counter");
    if (!counter || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    change({ band: view.band === counter.dataset.band ? "" : counter.dataset.band });
  });
  table.addEventListener("click", (event) => {
    const target = event.target.closest("[data-refresh], [data-reveal], [data-copy], [data-of]");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if ("refresh" in target.dataset) refresh(target, inRow(target.closest("tr"), recount));
    else if ("reveal" in target.dataset) reveal(target);
    else if ("copy" in target.dataset) copyKey(target);
    else { event.preventDefault(); change({ customer: target.dataset.of }); }
  });
  if (view.sort || view.group) place();
  show();
  listenToTools(change);
  return show;
}
