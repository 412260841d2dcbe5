// The page for logging without net: keeps a contact on the device, and lists, changes and removes those that wait.

const main = document.querySelector("main");
const form = main.querySelector("[data-contact]");
const fields = form.elements;
const words = document.querySelector("#en-kontakt").content.firstElementChild;
const channel = new BroadcastChannel("broker-waiting");
const TODAY = () => new Date().toLocaleDateString("sv-SE");
let token = newToken();
let stopChanging = () => {};
let changed = null;
let who = null;
let isReached = true;
const isUnsent = "unsent" in document.body.dataset;

function newToken() {
  return crypto.randomUUID().replaceAll("-", "");
}

function notice(name, isShown = true) {
  main.querySelector(`[data-notice="${name}"]`).hidden = !isShown;
}

function say(element, values) {
  element.textContent = element.dataset.text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
  element.hidden = false;
  return element;
}

function companyText({ company, url }) {
  return who.companies.find((known) => known.url === url)?.label ?? company;
}

function nameOf({ label }) {
  return label.split(" · ")[0];
}

// The one company on the device that is called so, with or without its place.
function knownCompany(text) {
  const wanted = text.toLocaleLowerCase("sv");
  const whole = who.companies.find(({ label }) => label.toLocaleLowerCase("sv") === wanted);
  const named = who.companies.filter((known) => nameOf(known).toLocaleLowerCase("sv") === wanted);
  return whole ?? (named.length === 1 ? named[0] : undefined);
}

// What the device knows of the company, or only the words.
function chosenCompany() {
  const text = fields.company.value.trim();
  if (changed && text === companyText(changed)) return { company: changed.company, url: changed.url };
  const known = knownCompany(text);
  return { company: known ? nameOf(known) : text, url: known?.url ?? "" };
}

function missing() {
  return ["company", "happened_on", "summary"].filter((name) => !fields[name].value.trim());
}

function showMissing(names) {
  const place = form.querySelector("[data-errors]");
  place.replaceChildren();
  for (const name of ["company", "happened_on", "summary"])
    fields[name].setAttribute("aria-invalid", String(names.includes(name)));
  if (!names.length) return;
  place.append(document.querySelector("#fel").content.cloneNode(true));
  for (const row of place.querySelectorAll("[data-missing]"))
    if (!names.includes(row.dataset.missing)) row.remove();
  place.firstElementChild.focus();
}

function empty() {
  form.reset();
  fields.happened_on.value = TODAY();
  token = newToken();
  changed = null;
  form.querySelector("[data-cancel]").hidden = true;
  showMissing([]);
  stopChanging();
}

async function save(event) {
  event.preventDefault();
  const names = missing();
  showMissing(names);
  if (names.length) return;
  const values = [...new FormData(form)].filter(([name, value]) => name !== "company" && value);
  const { company, url } = chosenCompany();
  // Whom it was with belongs to the company that was chosen in the ordinary form.
  const people = changed?.url === url ? changed.fields.filter(([name]) => !fields[name]) : [];
  const isKept = await brokerWaiting.keep({ token, company, url, fields: [...values, ...people] }).catch(() => false);
  notice("full", !isKept);
  notice("kept", isKept);
  if (!isKept) return;
  // Browsers clear what they take for leftovers when a disk fills up; this is not.
  navigator.storage?.persist?.();
  empty();
  await show();
  main.querySelector("#vantar").focus();
  document.dispatchEvent(new Event("waiting:send"));
}

// While a contact is being changed no page sends it.
function change(contact) {
  stopChanging();
  navigator.locks.request("broker-waiting", async () => {
    const latest = await brokerWaiting.find(contact.token);
    notice("gone", !latest);
    if (!latest) return null;
    fillIn(latest);
    return new Promise((resolve) => {
      stopChanging = () => {
        stopChanging = () => {};
        resolve();
      };
    });
  });
}

function fillIn(contact) {
  form.reset();
  token = contact.token;
  changed = contact;
  fields.company.value = companyText(contact);
  for (const [name, value] of contact.fields) if (fields[name]) fields[name].value = value;
  form.querySelector("[data-cancel]").hidden = false;
  showMissing([]);
  fields.company.focus();
}

// The ordinary form, refused by the server with its reasons: sent as a person would have sent it.
async function mend(contact) {
  const line = document.querySelector("[data-waiting]");
  const answer = await fetch(line.dataset.person, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return notice(answer ? "signed-out" : "no-net");
  const { csrf_token, acting } = await answer.json();
  const ordinary = document.createElement("form");
  ordinary.method = "post";
  ordinary.action = `${contact.url}?vantar=${contact.token}`;
  const values = [...contact.fields, ["token", contact.token], ["csrf_token", csrf_token], ["acting", acting]];
  for (const [name, value] of values) ordinary.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(ordinary);
  ordinary.submit();
}

function stateOf(contact) {
  if (contact.removedAt) return "removed";
  if (contact.isClosed) return "closed";
  if (!contact.url) return "unknown";
  return contact.reasons.length ? "refused" : "waiting";
}

const ACTS = {
  removed: ["undo"],
  closed: ["remove"],
  unknown: ["choose", "edit", "remove"],
  refused: ["mend", "edit", "remove"],
  waiting: ["edit", "remove"],
};

function dayInWords(day) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" }).format(new Date(`${day}T12:00:00`));
}

function rowOf(contact) {
  const row = words.cloneNode(true);
  const part = (name) => row.querySelector(`[data-${name}]`);
  const values = Object.fromEntries(contact.fields);
  const state = stateOf(contact);
  const kind = [...fields.kind.options].find((option) => option.value === values.kind)?.text;
  part("company").textContent = contact.company;
  part("company").hidden = !contact.company;
  part("when").textContent = [kind, values.happened_on && dayInWords(values.happened_on)].filter(Boolean).join(" · ");
  part("summary").textContent = values.summary ?? "";
  part("next").textContent = values.next_step ? `${fields.next_step.labels[0].firstChild.data.trim()}: ${values.next_step}` : "";
  part("reasons").textContent = contact.reasons.join(" ");
  for (const sentence of row.querySelectorAll("[data-state]")) sentence.hidden = sentence.dataset.state !== state;
  for (const button of row.querySelectorAll("[data-act]")) dress(button, contact, state);
  row.dataset.token = contact.token;
  return row;
}

function dress(button, contact, state) {
  const { act } = button.dataset;
  button.hidden = !ACTS[state].includes(act);
  button.setAttribute("aria-label", `${button.textContent}: ${contact.company}`);
  if (act === "choose") button.href += `?${new URLSearchParams({ q: contact.company, vantar: contact.token })}`;
  else button.addEventListener("click", () => DO[act](contact));
}

const DO = {
  edit: change,
  mend,
  remove: (contact) => setRemoved(contact, Date.now(), "undo"),
  undo: (contact) => setRemoved(contact, undefined, "remove"),
};

async function setRemoved(contact, when, next) {
  await brokerWaiting.mark(contact.token, when);
  await show();
  main.querySelector(`[data-token="${contact.token}"] [data-act="${next}"]`)?.focus();
  document.dispatchEvent(new Event("waiting:send"));
}

async function showElsewhere() {
  const [first] = Object.entries(await brokerWaiting.elsewhere());
  const place = main.querySelector("[data-elsewhere]");
  place.hidden = !first;
  if (first) say(place, { organisation: first[0], count: first[1] });
}

async function show() {
  who = await brokerWaiting.person();
  for (const part of main.querySelectorAll("[data-somebody]")) part.hidden = !who;
  for (const part of main.querySelectorAll("[data-nobody]")) part.hidden = Boolean(who);
  form.hidden = !who;
  if (!who) return;
  say(main.querySelector(".lead[data-somebody]"), { organisation: who.organisation });
  const options = who.companies.map(({ label }) => new Option("", label));
  document.querySelector("#kanda").replaceChildren(...options);
  const contacts = await brokerWaiting.list();
  const here = document.activeElement?.dataset.act && document.activeElement;
  const place = here && `[data-token="${here.closest("[data-token]").dataset.token}"] [data-act="${here.dataset.act}"]`;
  main.querySelector("[data-list]").replaceChildren(...contacts.map(rowOf));
  if (place) main.querySelector(place)?.focus();
  main.querySelector("[data-empty]").hidden = contacts.length > 0;
  main.querySelector("[data-send]").hidden = !isReached || !contacts.some((one) => stateOf(one) === "waiting");
  await showElsewhere();
}

function showSent({ detail }) {
  const list = main.querySelector("[data-sent-list]");
  const link = Object.assign(document.createElement("a"), { href: detail.location });
  link.textContent = list.dataset.text.replace("{company}", detail.contact.company);
  const row = document.createElement("li");
  row.append(link);
  list.append(row);
  notice("kept", false);
}

// This page stands in for any page that could not be fetched.
function isStandIn() {
  return location.pathname !== main.dataset.page;
}

async function setReached(now) {
  isReached = now;
  showNet();
  await show();
}

function showNet() {
  notice("no-net", !isReached);
  notice("unsent", isUnsent);
  notice("is-back", isStandIn() && isReached && !isUnsent);
  for (const link of main.querySelectorAll("[data-again]")) {
    link.href = location.href;
    link.hidden = !isStandIn() || (isUnsent && !link.closest('[data-notice="unsent"]'));
  }
}

async function showKept() {
  const saved = new URLSearchParams(location.search).get("sparad");
  const contact = saved && (await brokerWaiting.find(saved));
  if (!contact) return;
  notice("kept");
  // The ordinary form would else be filled in with it once more.
  sessionStorage.removeItem(`kept:contact-${who.acting}-${contact.url.match(/\d+/)}`);
}

async function start() {
  // Before the form is shown: what is typed in it from then on stays.
  empty();
  await setReached(navigator.onLine && !isStandIn());
  await showKept();
  if (who && !location.hash) fields.company.focus();
}

form.addEventListener("submit", save);
// Loaded again, a page that was asked for by a form sends the form again.
for (const link of main.querySelectorAll("[data-again]"))
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
form.querySelector("[data-cancel]").addEventListener("click", async () => {
  empty();
  await show();
  document.dispatchEvent(new Event("waiting:send"));
});
main.querySelector("[data-send]").addEventListener("click", () => document.dispatchEvent(new Event("waiting:send")));
channel.addEventListener("message", show);
document.addEventListener("waiting:sent", showSent);
document.addEventListener("waiting:asked", ({ detail }) => {
  notice("signed-out", detail === "over");
  setReached(Boolean(detail));
});
addEventListener("online", () => setReached(true));
addEventListener("offline", () => setReached(false));
start();
