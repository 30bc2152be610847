// License keys: shown and copied on demand.
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
    const drawn = one("use", button);
    drawn.setAttribute("href", "#i-active");
    setTimeout(() => drawn.setAttribute("href", "#i-copy"), 1500);
  } catch {
    // Without leave to write to the clipboard the key is at least selected, ready to be copied by hand.
    code.textContent = code.dataset.key;
    getSelection().selectAllChildren(code);
    announce("The key is selected: copy it with the keyboard");
  }
}
