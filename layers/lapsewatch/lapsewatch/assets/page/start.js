// What listens to what.
showAge();
setInterval(showAge, 30000);
one("[data-sign-out]").addEventListener("click", signOut);
readAddress();
carryFilters();
const fleet = one(".fleet");
if (fleet) {
  const show = listenToTable(fleet);
  if (fleet.matches(".customers")) listenToCustomers(fleet, show);
}
if (one(".months")) listenToCalendar(one(".months"));
lookAgain().catch(() => {});
setInterval(() => lookAgain().catch(() => {}), LOOK_AGAIN);
document.addEventListener("visibilitychange", () => lookAgain().catch(() => {}));
