// Filters and order live in the address, so that a view can be bookmarked and sent to a colleague. The status page, the
// page of a customer, the overview of customers and the calendar all know the same words.
const FIELDS = ["band", "customer", "q", "sort", "dir", "group", "live"];
const FILTERS = ["band", "customer", "q"];
const view = Object.fromEntries(FIELDS.map((field) => [field, ""]));
const words = new WeakMap();

function readAddress() {
  const query = new URLSearchParams(location.search);
  for (const field of FIELDS) view[field] = query.get(field) || "";
}

function queryOf(fields) {
  const search = String(new URLSearchParams(fields.filter((field) => view[field]).map((field) => [field, view[field]])));
  return search && `?${search}`;
}

// The other page shows the same customer: whoever looks at one often wants the other.
function carryFilters() {
  for (const link of all("[data-carry]")) link.search = queryOf(FILTERS);
}

function writeAddress() {
  history.replaceState(null, "", location.pathname + queryOf(FIELDS) + location.hash);
  carryFilters();
}

function wordsOf(item) {
  if (!words.has(item)) {
    const texts = all("[data-words], .name, .sub, .edition, .trust", item).map((part) => part.textContent);
    const key = one("[data-key]", item);
    words.set(item, [...texts, item.dataset.customer, key ? key.dataset.key : ""].join(" ").toLowerCase());
  }
  return words.get(item);
}

// Hides the items that the view leaves out, and returns how many are left.
function filter(items) {
  const wanted = view.q.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of items) {
    const { band, customer } = item.dataset;
    const fits = (!view.band || band.split(" ").includes(view.band))
      && (!view.customer || customer === view.customer)
      && (!wanted.length || wanted.every((word) => wordsOf(item).includes(word)));
    if (item.hidden === fits) item.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  return shown;
}

function showTools(shown, total, ...nouns) {
  const { elements } = one("[data-tools]");
  for (const field of ["q", "customer", "band", "sort"]) {
    if (elements[field]) elements[field].value = field === "sort" && ["expires", "days"].includes(view.sort) ? "" : view[field];
  }
  for (const field of ["group", "live"]) {
    if (elements[field]) elements[field].checked = view[field] === elements[field].value;
  }
  one("[data-shown]").dataset.filters = FILTERS.map((field) => view[field]).filter(Boolean).join(" · ");
  one("[data-clear]").hidden = !FILTERS.some((field) => view[field]);
  one("[data-none]").hidden = shown > 0;
  one("[data-shown]").textContent = shown === total ? counted(total, ...nouns) : `${shown} of ${counted(total, ...nouns)}`;
}

function listenToTools(change) {
  const tools = one("[data-tools]");
  const clear = () => change(Object.fromEntries(FILTERS.map((field) => [field, ""])));
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.addEventListener("reset", (event) => { event.preventDefault(); clear(); });
  tools.addEventListener("input", ({ target }) => {
    const value = target.type === "checkbox" && !target.checked ? "" : target.value;
    change(target.name === "sort" ? { sort: value, dir: "" } : { [target.name]: value });
  });
  one("[data-clear-too]").addEventListener("click", clear);
  // What a link points to must be seen, whatever was filtered before.
  const pointed = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (pointed && pointed.hidden) clear();
  if (pointed) pointed.scrollIntoView({ block: "center" });
}
