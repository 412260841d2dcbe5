// Keeps what is typed in a form with data-keep until the page says that it is saved, so that nothing typed is lost.
// It is kept for the person who typed it: not for who signs in in the same tab when that person's session is over.

const PREFIX = "kept:";
const NEVER_KEPT = ["hidden", "password", "file", "submit", "button", "reset"];

// A field that stands outside its form is about something else, as a comment beside an answer is.
function controls(form) {
  const isKept = (control) => control.name && !NEVER_KEPT.includes(control.type) && form.contains(control);
  return [...form.elements].filter(isKept);
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

function keyOf(form) {
  return `${PREFIX}${document.body.dataset.user ?? ""}:${form.dataset.keep}`;
}

function keep(form) {
  const values = Object.fromEntries(named(form).map(([name, control]) => [name, state(control)]));
  sessionStorage.setItem(keyOf(form), JSON.stringify(values));
}

function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "{}");
  const changed = named(form).filter(
    ([name, control]) => name in kept && JSON.stringify(kept[name]) !== JSON.stringify(state(control)),
  );
  for (const [name, control] of changed) setState(control, kept[name]);
  const notice = form.querySelector("[data-kept-notice]");
  if (notice) notice.hidden = !changed.length;
}

function forget(isTheirs) {
  for (const key of Object.keys(sessionStorage))
    if (key.startsWith(PREFIX) && isTheirs(key)) sessionStorage.removeItem(key);
}

function forgetAll() {
  forget(() => true);
}

function forgetOthers() {
  const { user } = document.body.dataset;
  if (user) forget((key) => !key.startsWith(`${PREFIX}${user}:`));
}

// A cookie, unlike a mark on the page, also reaches those who leave the page before its scripts have loaded.
function forgetSaved() {
  const saved = document.cookie.match(/(?:^|; )kept-saved=([^;]*)/);
  if (!saved) return;
  forget((key) => key.endsWith(`:${saved[1]}`));
  document.cookie = "kept-saved=; Max-Age=0; Path=/";
}

forgetSaved();
forgetOthers();
document.querySelectorAll("form[data-keep]").forEach(restore);
document.addEventListener("input", ({ target }) => {
  const form = (target.form ?? target).closest("form[data-keep]");
  if (form) keep(form);
});
// A page that learns later whom it is for, and which text its form holds, says so on the form.
document.addEventListener("unsaved:restore", ({ target }) => {
  forgetOthers();
  restore(target);
});
document.addEventListener("unsaved:forget", ({ target }) => sessionStorage.removeItem(keyOf(target)));
// The next person on the same computer must not see what was typed here.
document.querySelector("[data-sign-out]")?.addEventListener("submit", forgetAll);
