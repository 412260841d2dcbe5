// Keeps what is typed in a form with data-keep until the page says that it is saved, so that nothing typed is lost.

const PREFIX = "kept:";
const NEVER_KEPT = ["hidden", "password", "file", "submit", "button", "reset"];

function controls(form) {
  return [...form.elements].filter((control) => control.name && !NEVER_KEPT.includes(control.type));
}

function state(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked;
  if (control.type === "select-multiple") return [...control.selectedOptions].map((option) => option.value);
  return control.value;
}

function setState(control, kept) {
  if (control.type === "checkbox" || control.type === "radio") control.checked = kept;
  else if (control.type === "select-multiple")
    for (const option of control.options) option.selected = kept.includes(option.value);
  else control.value = kept;
}

// A checkbox is known by name and value, other fields by name and their place among fields of that name.
function named(form) {
  const seen = {};
  return controls(form).map((control) => {
    const isTick = control.type === "checkbox" || control.type === "radio";
    const place = (seen[control.name] = (seen[control.name] ?? -1) + 1);
    return [`${control.name}/${isTick ? control.value : place}`, control];
  });
}

function keep(form) {
  const values = Object.fromEntries(named(form).map(([name, control]) => [name, state(control)]));
  sessionStorage.setItem(PREFIX + form.dataset.keep, JSON.stringify(values));
}

function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(PREFIX + form.dataset.keep) ?? "{}");
  const changed = named(form).filter(
    ([name, control]) => name in kept && JSON.stringify(kept[name]) !== JSON.stringify(state(control)),
  );
  for (const [name, control] of changed) setState(control, kept[name]);
  const notice = form.querySelector("[data-kept-notice]");
  if (changed.length && notice) notice.hidden = false;
}

function forgetAll() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

// A cookie, unlike a mark on the page, also reaches those who leave the page before its scripts have loaded.
function forgetSaved() {
  const saved = document.cookie.match(/(?:^|; )kept-saved=([^;]*)/);
  if (!saved) return;
  sessionStorage.removeItem(PREFIX + saved[1]);
  document.cookie = "kept-saved=; Max-Age=0; Path=/";
}

forgetSaved();
for (const form of document.querySelectorAll("form[data-keep]")) {
  restore(form);
  form.addEventListener("input", () => keep(form));
}
// The next person on the same computer must not see what was typed here.
document.querySelector("[data-sign-out]")?.addEventListener("submit", forgetAll);
