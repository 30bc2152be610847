// What listens to what.
showAge();
setInterval(showAge, 30000);
one("[data-sign-out]").addEventListener("click", signOut);
readAddress();
carryFilters();
if (one(".fleet")) listenToTable(one(".fleet"));
if (one(".months")) listenToCalendar(one(".months"));
lookAgain().catch(() => {});
setInterval(() => lookAgain().catch(() => {}), LOOK_AGAIN);
