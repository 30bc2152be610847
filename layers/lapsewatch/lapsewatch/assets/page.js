"use strict";

// The pages are complete without this. It adds: the page's age, sign-out, keys, filters, sorting, refresh.

const OURS = { "X-Requested-With": "lapsewatch" };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const OLD_AFTER = 2 * 60 * 60 * 1000;
const LOOK_AGAIN = 5 * 60 * 1000;

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const announce = (text) => { one("[data-announce]").textContent = text; };
const signInAddress = () => `/session?return_to=${encodeURIComponent(location.pathname + location.search)}`;

// 1. How old the page is. Old facts must not look fresh, whatever the reason.
function showAge() {
  const generated = one("[data-generated]");
  const age = Date.now() - Date.parse(generated.dateTime);
  const minutes = Math.max(Math.floor(age / 60000), 0);
  const days = Math.floor(minutes / 1440);
  const words = minutes < 1 ? "just now"
    : minutes < 60 ? `${minutes} min ago`
    : days < 2 ? `${Math.floor(minutes / 60)} h ago` : `${days} days ago`;
  one("[data-age]").textContent = ` · ${words}`;
  const banner = one("[data-old]");
  if (banner.hidden === age > OLD_AFTER) {
    banner.textContent = age > OLD_AFTER
      ? `This page was generated ${words}. Days left and status may be out of date: reload, and if that does not help, check that reports still run.`
      : "";
    banner.hidden = age <= OLD_AFTER;
    document.documentElement.classList.toggle("old", age > OLD_AFTER);
  }
}

// 2. Sign-out.
async function signOut() {
  const answer = await fetch("/session", { method: "DELETE", headers: OURS }).catch(() => null);
  if (answer && (answer.ok || answer.status === 401)) location.assign("/session");
  else announce("Signing out failed: you are still signed in.");
}

// 3. License keys.
function reveal(button) {
  const code = one("code", button.parentElement);
  const shown = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(shown));
  code.textContent = shown ? code.dataset.key : code.dataset.mask;
}

async function copyKey(button) {
  const code = one("code", button.parentElement);
  try {
    await navigator.clipboard.writeText(code.dataset.key);
    announce("License key copied");
    const icon = one("use", button);
    icon.setAttribute("href", "#i-active");
    setTimeout(() => icon.setAttribute("href", "#i-copy"), 1500);
  } catch {
    // Without leave to write to the clipboard the key is at least selected, ready to be copied by hand.
    code.textContent = code.dataset.key;
    getSelection().selectAllChildren(code);
    announce("The key is selected: copy it with the keyboard");
  }
}

// 4. Filters and order live in the address, so that a view can be bookmarked and sent to a colleague.
const FIELDS = ["band", "customer", "q", "sort", "dir", "live"];
const view = Object.fromEntries(FIELDS.map((field) => [field, ""]));
const table = one(".fleet");
const rows = table ? all("tbody tr", table) : [];
const asGiven = new Map(rows.map((row, place) => [row.id, place]));
const words = new WeakMap();

function readAddress() {
  const query = new URLSearchParams(location.search);
  for (const field of FIELDS) view[field] = query.get(field) || "";
}

function writeAddress() {
  const query = new URLSearchParams(FIELDS.filter((field) => view[field]).map((field) => [field, view[field]]));
  const search = String(query);
  history.replaceState(null, "", location.pathname + (search && `?${search}`) + location.hash);
}

function wordsOf(row) {
  if (!words.has(row)) {
    const texts = all(".name, .sub, .edition, .trust", row).map((part) => part.textContent);
    const key = one("[data-key]", row);
    words.set(row, [...texts, row.dataset.customer, key ? key.dataset.key : ""].join(" ").toLowerCase());
  }
  return words.get(row);
}

function matches(row) {
  return (!view.band || row.dataset.band === view.band)
    && (!view.customer || row.dataset.customer === view.customer)
    && view.q.toLowerCase().split(/\s+/).every((word) => wordsOf(row).includes(word));
}

function sortValue(row, column) {
  const text = one(`.${column}`, row).dataset.v;
  if (["instance", "license", "reminder"].includes(column)) return text.toLowerCase();
  return text === "" ? "" : Number(text);
}

function sortRows() {
  const known = view.sort && one(`[data-sort="${CSS.escape(view.sort)}"]`, table);
  const sign = view.dir === "desc" ? -1 : 1;
  const keyed = rows.map((row) => [known ? sortValue(row, view.sort) : "", asGiven.get(row.id), row]);
  keyed.sort(([a, placeA], [b, placeB]) => {
    if (a === b) return placeA - placeB;
    // What has no value comes last in either direction.
    if (a === "" || b === "") return a === "" ? 1 : -1;
    return sign * (typeof a === "string" ? a.localeCompare(b) : a - b);
  });
  one("tbody", table).append(...keyed.map(([, , row]) => row));
  for (const head of all("[data-sort]", table)) {
    if (head.dataset.sort !== view.sort) head.removeAttribute("aria-sort");
    else head.setAttribute("aria-sort", view.dir === "desc" ? "descending" : "ascending");
  }
}

function showView() {
  const tools = one("[data-tools]");
  let shown = 0;
  for (const row of rows) {
    row.hidden = !matches(row);
    shown += row.hidden ? 0 : 1;
  }
  for (const counter of all(".counter")) {
    if (counter.dataset.band === view.band) counter.setAttribute("aria-current", "true");
    else counter.removeAttribute("aria-current");
  }
  tools.elements.q.value = view.q;
  tools.elements.customer.value = view.customer;
  tools.elements.sort.value = ["expires", "days"].includes(view.sort) ? "" : view.sort;
  tools.elements.live.checked = view.live === "1";
  one("[data-clear]").hidden = !(view.band || view.customer || view.q);
  one("[data-none]").hidden = shown > 0;
  const total = `${rows.length} instance${rows.length === 1 ? "" : "s"}`;
  one("[data-shown]").textContent = shown === rows.length ? total : `${shown} of ${total}`;
}

function change(changes, { sorted = false } = {}) {
  Object.assign(view, changes);
  writeAddress();
  if (sorted) sortRows();
  showView();
}

function toggleSort(column) {
  if (view.sort !== column) change({ sort: column, dir: "" }, { sorted: true });
  else if (!view.dir) change({ dir: "desc" }, { sorted: true });
  else change({ sort: "", dir: "" }, { sorted: true });
}

function countBands() {
  for (const counter of all(".counter")) {
    const count = rows.filter((row) => row.dataset.band === counter.dataset.band).length;
    one("[data-count]", counter).textContent = String(count);
  }
}

// 5. Refresh: the PBX asks the vendor again; what comes back is shown at once.
function dayText(day) {
  if (!day) return "no date";
  const [year, month, date] = day.split("-").map(Number);
  return `${MONTHS[month - 1]} ${date}, ${year}`;
}

function daysText(side) {
  if (side.days_left === null) return "No date";
  if (side.days_left < 0) return `${-side.days_left}d overdue`;
  if (side.days_left === 0) return Date.parse(side.expires_at) <= Date.now() ? "Expired today" : "Expires today";
  return `${side.days_left}d`;
}

function patchRow(row, side) {
  const day = one("[data-day]", row);
  const time = document.createElement("time");
  time.dateTime = side.expires_on || "";
  time.textContent = dayText(side.expires_on);
  day.replaceChildren(side.expires_on ? time : "No date");
  one("[data-days]", row).textContent = daysText(side);
  for (const cell of all(".expires, .days", row)) {
    cell.dataset.v = side.expires_at ? String(Date.parse(side.expires_at) / 1000) : "";
  }
  const band = one(`.counter[data-band="${CSS.escape(side.band)}"]`);
  if (band) {
    row.classList.replace(row.dataset.band, side.band);
    row.dataset.band = side.band;
    one("[data-band-text]", row).textContent = one("span", band).textContent;
    one(".pill use", row).setAttribute("href", `#i-${side.band}`);
    one(".status", row).dataset.v = String(all(".counter").indexOf(band));
  }
  words.delete(row);
}

// The answer tells the date; a page that was rendered since then tells the rest (edition, seats, next reminder).
async function adoptRow(row) {
  const answer = await fetch("/", { headers: { Accept: "text/html" }, cache: "no-cache" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const generated = one("[data-generated]", fresh);
  const twin = fresh.getElementById(row.id);
  if (!twin || !generated || Date.parse(generated.dateTime) <= Date.parse(one("[data-generated]").dateTime)) return;
  const note = one(".outcome", row);
  for (const cell of all("th, td:not(.actions)", twin)) {
    one(`.${cell.classList[0]}`, row).replaceWith(document.adoptNode(cell));
  }
  if (note) one(".status", row).append(note);
  row.className = twin.className;
  Object.assign(row.dataset, twin.dataset);
  words.delete(row);
}

function outcome(row, kind, ...parts) {
  const note = one(".outcome", row) || document.createElement("p");
  one(".status", row).append(note);
  note.className = `outcome ${kind}`;
  note.replaceChildren(...parts);
  announce(`${one(".name", row).textContent}: ${note.textContent}`);
}

const bold = (text) => Object.assign(document.createElement("b"), { textContent: text });
const link = (text, href) => Object.assign(document.createElement("a"), { textContent: text, href });

const BY_STATUS = {
  401: "Your session has ended.",
  403: "Your access is not enough to refresh licenses.",
  404: "This instance is no longer watched.",
  409: "This PBX is being read at the moment: try again in a few seconds.",
  429: "This instance was refreshed a moment ago: try again in a minute.",
};

async function explain(answer, told = BY_STATUS, deed = "refresh") {
  const problem = (answer.headers.get("Content-Type") || "").includes("json")
    ? await answer.json().catch(() => ({}))
    : {};
  const detail = typeof problem.detail === "string" ? problem.detail : "";
  return detail || told[answer.status] || `The ${deed} failed (HTTP ${answer.status}): try again later.`;
}

// Where a refresh is told and shown: a row of the table, or whatever another page has.
const inRow = (row) => ({
  tell: (kind, ...parts) => outcome(row, kind, ...parts),
  show: (after) => { patchRow(row, after); countBands(); },
  adopt: async () => { await adoptRow(row); countBands(); },
});

async function refresh(button, place = inRow(button.closest("tr"))) {
  // Not `disabled`, which would take the focus away from whoever pressed it with the keyboard.
  if (button.classList.contains("working")) return;
  const id = encodeURIComponent(button.dataset.refresh);
  button.setAttribute("aria-disabled", "true");
  button.classList.add("working");
  place.tell("", "Asking the license server…");
  try {
    const answer = await fetch(`/api/instances/${id}/refresh`, {
      method: "POST", headers: { ...OURS, "Content-Type": "application/json" }, body: "{}",
    });
    if (!answer.ok) {
      const retry = answer.status === 401 ? [" ", link("Sign in", signInAddress())] : [];
      place.tell("bad", await explain(answer), ...retry);
      return;
    }
    const { before, after, changed, resolved } = await answer.json();
    place.show(after);
    const told = [bold(`${dayText(after.expires_on)} (${daysText(after)})`)];
    if (changed) told.unshift(bold(`${dayText(before.expires_on)} (${daysText(before)})`), " → ");
    else told.unshift("Read again, unchanged: ");
    place.tell(changed ? "good" : "", ...told, resolved ? ". The alert is closed." : "");
    await place.adopt().catch(() => {});
  } catch {
    place.tell("bad", "No usable answer: check your connection and try again.");
  } finally {
    button.removeAttribute("aria-disabled");
    button.classList.remove("working");
  }
}

// 6. For a screen on a wall: take a newer page when there is one, never in the middle of something.
async function lookAgain() {
  if (view.live !== "1" || document.hidden || one(".working")) return;
  const answer = await fetch("/", { method: "GET", headers: { Accept: "text/html" }, cache: "no-cache" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const generated = one("[data-generated]", fresh);
  if (generated && generated.dateTime !== one("[data-generated]").dateTime) location.reload();
}

// 7. What listens to what.
function listenToTable() {
  const tools = one("[data-tools]");
  const clear = () => change({ band: "", customer: "", q: "" });
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.addEventListener("reset", (event) => { event.preventDefault(); clear(); });
  tools.elements.q.addEventListener("input", (event) => change({ q: event.target.value }));
  tools.elements.customer.addEventListener("change", (event) => change({ customer: event.target.value }));
  tools.elements.sort.addEventListener("change", (event) => change({ sort: event.target.value, dir: "" }, { sorted: true }));
  tools.elements.live.addEventListener("change", (event) => change({ live: event.target.checked ? "1" : "" }));
  one("[data-clear-too]").addEventListener("click", clear);
  for (const head of all("[data-sort]", table)) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => toggleSort(head.dataset.sort));
  }
  // Where rows are cards (page.css, part 10) nobody sees the heads of columns, so the keyboard passes them by.
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
    if ("refresh" in target.dataset) refresh(target);
    else if ("reveal" in target.dataset) reveal(target);
    else if ("copy" in target.dataset) copyKey(target);
    else { event.preventDefault(); change({ customer: target.dataset.of }); }
  });
  readAddress();
  if (view.sort) sortRows();
  showView();
  // A row that a link points to must be seen, whatever was filtered before.
  const pointed = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (pointed && pointed.hidden) clear();
  if (pointed) pointed.scrollIntoView({ block: "center" });
  setInterval(() => lookAgain().catch(() => {}), LOOK_AGAIN);
}

showAge();
setInterval(showAge, 30000);
one("[data-sign-out]").addEventListener("click", signOut);
if (table) listenToTable();
