// Refresh: the PBX asks the vendor again; what comes back is shown at once, in its place.
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const BY_STATUS = {
  401: "Your session has ended.",
  403: "Your access is not enough to refresh licenses.",
  404: "This instance is no longer watched.",
  409: "This PBX is being read at the moment: try again in a few seconds.",
  429: "This instance was refreshed a moment ago: try again in a minute.",
};
const LOOKS = 3;
const bold = (text) => make("b", { textContent: text });

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
  const time = make("time", { dateTime: side.expires_on || "", textContent: dayText(side.expires_on) });
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
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, cache: "no-cache" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const generated = one("[data-generated]", fresh);
  const twin = fresh.getElementById(row.id);
  if (!twin || !generated || Date.parse(generated.dateTime) <= Date.parse(written)) return;
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

async function explain(answer, told = BY_STATUS, deed = "refresh") {
  const problem = (answer.headers.get("Content-Type") || "").includes("json")
    ? await answer.json().catch(() => ({}))
    : {};
  const detail = typeof problem.detail === "string" ? problem.detail : "";
  return detail || told[answer.status] || `The ${deed} failed (HTTP ${answer.status}): try again later.`;
}

// Where a refresh is told and shown: a row of the table, or whatever another page has.
const inRow = (row, recount) => ({
  tell: (kind, ...parts) => outcome(row, kind, ...parts),
  show: (after) => { patchRow(row, after); recount(); },
  adopt: async () => { await adoptRow(row); recount(); },
});

// Tells a date before and after, and shows the one after.
async function settle(place, before, after, changed, resolved) {
  place.show(after);
  const told = [bold(`${dayText(after.expires_on)} (${daysText(after)})`)];
  if (changed) told.unshift(bold(`${dayText(before.expires_on)} (${daysText(before)})`), " → ");
  else told.unshift("Read again, unchanged: ");
  place.tell(changed ? "good" : "", ...told, resolved ? ". The alert is closed." : "");
  await place.adopt().catch(() => {});
}

// The PBX was asked and is slow: look where the answer says until there is a reading made after that.
async function settleLater(place, answer) {
  const { before, asked_at: asked, see } = await answer.json();
  const pause = 1000 * Number(answer.headers.get("Retry-After") || 30);
  place.tell("", "The PBX takes its time. What comes of it is shown here…");
  for (let look = 0; look < LOOKS; look += 1) {
    await new Promise((done) => { setTimeout(done, pause); });
    const seen = await fetch(see, { headers: OURS });
    if (!seen.ok) continue;
    const now = await seen.json();
    if (!now.last_read_at || Date.parse(now.last_read_at) < Date.parse(asked)) continue;
    const after = now.expires_at ? now : {
      band: now.band, expires_at: now.maintenance_expires_at, expires_on: now.maintenance_expires_on,
      days_left: now.maintenance_days_left,
    };
    await settle(place, before, after, before.expires_at !== after.expires_at, false);
    return;
  }
  place.tell("bad", "The PBX has not answered yet: look here again in a few minutes.");
}

async function refresh(button, place) {
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
      const retry = answer.status === 401 ? [" ", make("a", { textContent: "Sign in", href: signInAddress() })] : [];
      place.tell("bad", await explain(answer), ...retry);
      return;
    }
    if (answer.status === 202) {
      await settleLater(place, answer);
      return;
    }
    const { before, after, changed, resolved } = await answer.json();
    await settle(place, before, after, changed, resolved);
  } catch {
    place.tell("bad", "No usable answer: check your connection and try again.");
  } finally {
    button.removeAttribute("aria-disabled");
    button.classList.remove("working");
  }
}
