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

function tell(form, name, detail) {
  form.dispatchEvent(new CustomEvent(`unsaved:${name}`, { bubbles: true, detail }));
}

function keep(form) {
  const values = Object.fromEntries(named(form).map(([name, control]) => [name, state(control)]));
  sessionStorage.setItem(keyOf(form), JSON.stringify(values));
  tell(form, "kept", values);
}

function restore(form, keptAt) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "{}");
  const changed = named(form).filter(
    ([name, control]) => name in kept && JSON.stringify(kept[name]) !== JSON.stringify(state(control)),
  );
  for (const [name, control] of changed) setState(control, kept[name]);
  const notice = form.querySelector("[data-kept-notice]");
  if (notice) showNotice(notice, changed.length, keptAt);
  if (changed.length) tell(form, "restored");
}

function showNotice(notice, isNeeded, keptAt) {
  notice.hidden = !isNeeded;
  if (!keptAt) return;
  const { lang } = document.documentElement;
  const when = new Date(keptAt).toLocaleString(lang, { dateStyle: "medium", timeStyle: "short" });
  const words = notice.querySelector("[data-found]");
  words.textContent = words.dataset.found.replace("{when}", when);
}

// What was typed earlier is not wanted: the form is as it came.
function discard(form) {
  form.reset();
  sessionStorage.removeItem(keyOf(form));
  form.querySelector("[data-kept-notice]").hidden = true;
  tell(form, "discarded");
  tell(form, "restored");
  controls(form)[0]?.focus();
}

// A draft of another tab, or of an earlier day, gives way to what has been typed in this one.
function restoreFound(form, { keptAt, values }) {
  if (sessionStorage.getItem(keyOf(form))) return;
  sessionStorage.setItem(keyOf(form), JSON.stringify(values));
  restore(form, keptAt);
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

function isOf(key, saved) {
  return key.endsWith(`:${saved}`) || key.includes(`:${saved}/`);
}

// A cookie, unlike a mark on the page, also reaches those who leave the page before its scripts have loaded.
function forgetSaved() {
  const saved = document.cookie.match(/(?:^|; )kept-saved=([^;]*)/)?.[1];
  if (!saved) return;
  forget((key) => isOf(key, saved));
  const forgotten = globalThis.indexedDB ? brokerWaiting.drafts.drop((key) => isOf(key, saved)) : Promise.resolve();
  // Not before: who leaves this page in the middle of it would find the draft again.
  forgotten.catch(() => null).then(() => {
    document.cookie = "kept-saved=; Max-Age=0; Path=/";
  });
}

forgetSaved();
forgetOthers();
document.querySelectorAll("form[data-keep]").forEach((form) => restore(form));
document.addEventListener("input", ({ target }) => {
  const form = (target.form ?? target).closest("form[data-keep]");
  if (form) keep(form);
});
// A page that learns later whom it is for, and which text its form holds, says so on the form.
document.addEventListener("unsaved:restore", ({ target }) => {
  forgetOthers();
  restore(target);
});
document.addEventListener("unsaved:found", ({ target, detail }) => restoreFound(target, detail));
document.addEventListener("click", ({ target }) => {
  if (target.matches("[data-kept-discard]")) discard(target.form);
});
document.addEventListener("unsaved:forget", ({ target }) => sessionStorage.removeItem(keyOf(target)));
// The next person on the same computer must not see what was typed here.
document.querySelector("[data-sign-out]")?.addEventListener("submit", forgetAll);
