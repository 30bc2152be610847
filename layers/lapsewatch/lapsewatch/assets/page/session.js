// Sign-out.
async function signOut() {
  const answer = await fetch("/session", { method: "DELETE", headers: OURS }).catch(() => null);
  if (answer && (answer.ok || answer.status === 401)) location.assign("/session");
  else announce("Signing out failed: you are still signed in.");
}
