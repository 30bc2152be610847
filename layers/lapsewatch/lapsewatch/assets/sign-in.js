"use strict";

// The sign-in form works without this. A link such as /session#token=... signs in by itself, and whoever has a
// session already goes straight on: a browser holds back the strict cookie when it comes from another site.
(() => {
  const form = document.querySelector("[data-sign-in]");
  const carried = new URLSearchParams(location.hash.slice(1)).get("token");

  if (carried) {
    // Out of the address bar first: neither history nor a screenshot keeps it.
    history.replaceState(null, "", location.pathname + location.search);
    form.elements.token.value = carried;
    form.requestSubmit();
    return;
  }

  // Whoever was sent here from /#instance-x wants to end up there.
  const target = new URL(form.elements.return_to.value, location.origin);
  if (target.origin !== location.origin) return;
  if (location.hash && !target.hash) {
    target.hash = location.hash;
    form.elements.return_to.value = target.pathname + target.search + target.hash;
  }

  const forward = async () => {
    const answer = await fetch("/session", { headers: { Accept: "application/json" }, credentials: "same-origin" });
    // 204: nobody is signed in.
    if (answer.status !== 200 || !(answer.headers.get("Content-Type") || "").includes("json")) return;
    // Once: if the page sends us back here all the same, a person has to look.
    const last = Number(sessionStorage.getItem("forwarded") || 0);
    if (Date.now() - last < 10000) return;
    sessionStorage.setItem("forwarded", String(Date.now()));
    location.replace(target.href);
  };
  if (!document.querySelector("#problem")) forward().catch(() => {});
})();
