// The calendar under the same filters: months, their counts and the chart follow.
function listenToCalendar(months) {
  const entries = all(".entry", months);

  function show() {
    const shown = filter(entries);
    for (const month of all(".month", months)) {
      const count = all(".entry:not([hidden])", month).length;
      month.hidden = !count;
      const noun = one("[data-noun]", month);
      one("[data-count]", month).textContent = String(count);
      noun.textContent = ` ${noun.dataset.noun}${count === 1 ? "" : "s"}`;
    }
    drawChart();
    showTools(shown, entries.length, "entry", "entries");
  }

  listenToTools((changes) => {
    Object.assign(view, changes);
    writeAddress();
    show();
  });
  show();
}

const CLOCKS = ["license", "maintenance"];

function drawChart() {
  const bars = all(".chart [data-month]");
  const counts = bars.map((bar) => CLOCKS.map((clock) => all(
    `#month-${bar.dataset.month} .entry[data-clock="${clock}"]:not([hidden])`,
  ).length));
  const highest = Math.max(1, ...counts.map(([license, maintenance]) => license + maintenance));
  const lines = all(".ahead tbody tr");
  bars.forEach((bar, number) => {
    let top = Number(one(".chart").dataset.height);
    const ground = top;
    CLOCKS.forEach((clock, place) => {
      const count = counts[number][place];
      const height = count && Math.max(Math.floor(count * ground / highest), 2);
      top -= height;
      one(`.${clock}`, bar).setAttribute("y", top);
      one(`.${clock}`, bar).setAttribute("height", height);
      lines[number].cells[place + 1].textContent = String(count);
    });
    const total = one(".total", bar);
    const sum = counts[number][0] + counts[number][1];
    total.textContent = sum || "";
    total.setAttribute("y", top - 4);
    const link = one("a", lines[number]);
    if (sum) link.setAttribute("href", `#month-${bar.dataset.month}`);
    else link.removeAttribute("href");
    lines[number].classList.toggle("nothing", !sum);
  });
  one("#chart-text").textContent = bars.map((bar, number) => (
    `${bar.dataset.title}: ${counts[number][0]} license, ${counts[number][1]} maintenance.`
  )).join(" ");
}
