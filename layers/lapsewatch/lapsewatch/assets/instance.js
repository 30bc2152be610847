"use strict";

// What the page of one instance adds to page.js: refresh here, acknowledge, withdraw. Whatever was done, the page
// is asked for anew and its parts are replaced, so that timeline, ledger and history tell of it at once.

const TO_ACKNOWLEDGE = {
  401: "Your session has ended.",
  403: "Your access is not enough to acknowledge.",
  404: "This instance is no longer watched.",
};
const part = (name, within = document) => one(`[data-part="${name}"]`, within);

async function adoptParts() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, cache: "no-cache" });
  // A session that ended meanwhile leads to the sign-in form, which has no parts.
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of all("[data-part]")) {
    const twin = part(old.dataset.part, fresh);
    if (twin) old.replaceWith(document.adoptNode(twin));
  }
  const generated = one("[data-generated]");
  const newer = one("[data-generated]", fresh);
  generated.dateTime = newer.dateTime;
  generated.textContent = newer.textContent;
  checked = newer.dateTime;
  showAge();
}

function tell(note, kind, ...parts) {
  note.hidden = false;
  note.className = `outcome ${kind}`;
  note.replaceChildren(...parts);
  announce(note.textContent);
}

// 1. Refresh, told beside the buttons.
const here = {
  tell: (kind, ...parts) => {
    const note = one(".outcome", one("[data-deeds]")) || document.createElement("p");
    one("[data-deeds]").append(note);
    tell(note, kind, ...parts);
  },
  show: () => {},
  adopt: adoptParts,
};

// 2. Acknowledge and withdraw: the same address, the one with POST, the other with DELETE.
async function send(method, fields) {
  const note = one("[data-outcome]");
  const id = encodeURIComponent(one("[data-refresh]").dataset.refresh);
  tell(note, "", "Saving…");
  try {
    const answer = await fetch(`/api/instances/${id}/acknowledge`, {
      method, headers: { ...OURS, "Content-Type": "application/json" }, body: JSON.stringify(fields),
    });
    if (!answer.ok) {
      const retry = answer.status === 401 ? [" ", make("a", { textContent: "Sign in", href: signInAddress() })] : [];
      tell(note, "bad", await explain(answer, TO_ACKNOWLEDGE, "change"), ...retry);
      return;
    }
    await adoptParts();
    // The button that was pressed is gone; whoever uses the keyboard goes on from the part that it changed.
    part("acknowledge").focus();
    tell(one("[data-outcome]"), "good", method === "POST" ? "Acknowledged." : "Withdrawn: its reminders speak again.");
  } catch {
    tell(note, "bad", "No usable answer: check your connection and try again.");
  }
}

const acknowledge = ({ clock, reason, until }) => (
  send("POST", { clock: clock.value, reason: reason.value.trim(), until: until.value || null })
);

// 3. What listens to what. On the page as a whole, since its parts come and go.
one("main").addEventListener("click", (event) => {
  const target = event.target.closest("[data-refresh], [data-reveal], [data-copy], [data-withdraw]");
  if (!target) return;
  if ("refresh" in target.dataset) refresh(target, here);
  else if ("reveal" in target.dataset) reveal(target);
  else if ("copy" in target.dataset) copyKey(target);
  else send("DELETE", { clock: target.dataset.withdraw });
});
one("main").addEventListener("submit", (event) => {
  event.preventDefault();
  acknowledge(event.target.elements);
});
