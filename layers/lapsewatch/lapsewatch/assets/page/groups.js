// Rows under headings of their customers. Customers come by their most urgent row, whatever orders the rows inside.
function grouped(table, rows, inOrder) {
  const members = new Map(rows.map((row) => [row.dataset.customer, []]));
  for (const row of inOrder) members.get(row.dataset.customer).push(row);
  const width = one("thead tr", table).children.length;
  return [...members].map(([customer, its], number) => groupBody(customer, its, `group-${number}`, width));
}

function groupBody(customer, rows, id, width) {
  const name = make("bdi", { textContent: customer || "No customer" });
  const head = make("th", { id, scope: "rowgroup", colSpan: width }, name, make("span", { className: "tally" }));
  head.setAttribute("role", "rowheader");
  head.setAttribute("aria-colspan", width);
  const line = make("tr", { className: "group" }, head);
  line.setAttribute("role", "row");
  const body = make("tbody", {}, line, ...rows);
  body.setAttribute("role", "rowgroup");
  body.setAttribute("aria-labelledby", id);
  return body;
}

// Says in each heading how many rows are shown, by band; a group of which nothing is shown goes too.
function tallyGroups(table, bands) {
  for (const body of all("tbody", table)) {
    const tally = one(".group .tally", body);
    if (!tally) continue;
    const shown = [...body.rows].slice(1).filter((row) => !row.hidden);
    body.hidden = !shown.length;
    const counts = bands.map(([band, text]) => [band, text, shown.filter((row) => row.dataset.band === band).length]);
    tally.replaceChildren(
      make("span", {}, counted(shown.length, "instance")),
      ...counts.filter(([, , count]) => count).map(([band, text, count]) => make(
        "span", { className: `some ${band}` }, icon(band), String(count), make("span", { className: "sr" }, ` ${text}`),
      )),
    );
  }
}
