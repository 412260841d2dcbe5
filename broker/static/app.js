// Keys that reach the three things used most, and focus on what has to be mended.

const SWITCH = "broker-shortcuts-off";

function isTyping(target) {
  return target.isContentEditable || target.matches("input, select, textarea");
}

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (localStorage.getItem(SWITCH) || isTyping(event.target)) return;
  const target = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.focus();
  else target.click();
}

function focusErrors() {
  document.querySelector(".error-summary")?.focus();
}

// Single-letter keys must be possible to turn off: they get in the way of speech input (WCAG 2.1.4).
function offerSwitch(button) {
  const show = () => button.setAttribute("aria-pressed", String(!localStorage.getItem(SWITCH)));
  button.hidden = false;
  button.addEventListener("click", () => {
    if (localStorage.getItem(SWITCH)) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, "1");
    show();
  });
  show();
}

// A job that has ended has more to show than its progress.
function showEnd() {
  if (document.querySelector("#jobb[data-over]")) location.reload();
}

// What is shown once is copied whole, also where the field is too narrow for it.
function offerCopy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.addEventListener("focus", () => field.select());
  button.parentElement.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value).catch(() => field.focus());
    if (document.activeElement !== field) button.nextElementSibling.textContent = button.dataset.copied;
  });
}

// A file that is dropped beside its field would be opened by the browser in place of the page.
function takeDropped(event) {
  const fields = document.querySelectorAll("main form input[type=file]");
  if (fields.length !== 1 || fields[0] === event.target || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  if (event.type !== "drop" || !event.dataTransfer.files.length) return;
  const one = new DataTransfer();
  one.items.add(event.dataTransfer.files[0]);
  fields[0].files = one.files;
  fields[0].focus();
}

document.addEventListener("keydown", onKey);
document.addEventListener("dragover", takeDropped);
document.addEventListener("drop", takeDropped);
document.addEventListener("htmx:after:swap", focusErrors);
if (!document.querySelector("#jobb[data-over]")) document.addEventListener("htmx:after:swap", showEnd);
focusErrors();
document.querySelectorAll("[data-shortcuts]").forEach(offerSwitch);
document.querySelectorAll("[data-copy]").forEach(offerCopy);
