// How old the page is. Old facts must not look fresh, whatever the reason; and a page that was looked over since it was
// written, and needed no change, must not look old.
const OLD_AFTER = 2 * 60 * 60 * 1000;
const LOOK_AGAIN = 5 * 60 * 1000;
const written = one("[data-generated]").dateTime;
let checked = written;

function sinceText(instant) {
  const minutes = Math.max(Math.floor((Date.now() - Date.parse(instant)) / 60000), 0);
  const days = Math.floor(minutes / 1440);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  return days < 2 ? `${Math.floor(minutes / 60)} h ago` : `${days} days ago`;
}

function showAge() {
  const words = sinceText(checked);
  const old = Date.now() - Date.parse(checked) > OLD_AFTER;
  one("[data-age]").textContent = ` · ${checked === written ? "" : "checked "}${words}`;
  const banner = one("[data-old]");
  if (banner.hidden !== old) return;
  banner.textContent = old
    ? `This page was generated ${words}. Days left and status may be out of date: reload, and if that does not help, check that reports still run.`
    : "";
  banner.hidden = !old;
  document.documentElement.classList.toggle("old", old);
}

// Ask when the last report ran and when this page was last written: it is as fresh as that report, unless it was written
// anew. A screen on a wall takes the new one by itself; a person is offered it, never in the middle of something.
async function lookAgain() {
  if (document.hidden) return;
  const answer = await fetch(`/status.json?page=${encodeURIComponent(location.pathname)}`, { cache: "no-cache" });
  if (!answer.ok) return;
  const report = await answer.json();
  if (report.generated_at && report.page_generated_at === written) {
    checked = report.generated_at;
    showAge();
  } else if (Date.parse(report.page_generated_at) > Date.parse(written)) {
    one("[data-newer]").hidden = false;
    if (view.live === "1" && !one(".working")) location.reload();
  }
}
