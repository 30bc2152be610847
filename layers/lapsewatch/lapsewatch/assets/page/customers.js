// The overview of customers, where a fleet is too large for one page. Links made for the one page lead on from here.
function listenToCustomers(table, show) {
  const rows = [...one("tbody", table).rows];
  const { hash } = location;
  if (hash.startsWith("#instance-")) {
    location.replace(`/instances/${hash.slice("#instance-".length)}/row`);
    return;
  }
  const asked = view.customer && rows.find((row) => row.dataset.customer === view.customer);
  if (asked) {
    location.replace(one("a", asked).pathname + queryOf(["band", "q"]));
    return;
  }
  table.addEventListener("click", (event) => {
    const link = event.target.closest("a.name");
    if (link) link.search = queryOf(["band", "q"]);
  });
  const search = one("[name=q]");
  const load = () => loadInstances(rows).then(show, () => announce("Instances cannot be searched at the moment"));
  if (view.q) load();
  else search.addEventListener("focus", load, { once: true });
}

// Whoever looks for an instance does not always know whose it is: its words find its customer.
async function loadInstances(rows) {
  const answer = await fetch("/fleet.json", { cache: "no-cache" });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const texts = new Map(rows.map((row) => [row.dataset.customer, [wordsOf(row)]]));
  for (const instance of (await answer.json()).instances) {
    const { name, fqdn, edition, license_key: key, reseller } = instance;
    const known = texts.get(instance.customer);
    if (known) known.push(...[name, fqdn, edition, key, reseller].filter(Boolean));
  }
  for (const row of rows) words.set(row, texts.get(row.dataset.customer).join(" ").toLowerCase());
}
