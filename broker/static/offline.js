// The page for logging without net: keeps a contact on the device, and lists, changes and removes those that wait.

const main = document.querySelector("main");
const form = main.querySelector("[data-contact]");
const fields = form.elements;
const words = document.querySelector("#en-kontakt").content.firstElementChild;
const channel = new BroadcastChannel("broker-waiting");
const SHORT = 200;
const TODAY = () => new Date().toLocaleDateString("sv-SE");
let token = newToken();
let stopChanging = () => {};
let changed = null;
let who = null;
let owner = null;
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
  return who.companies.find((known) => known.url === pathOf(url))?.label ?? company;
}

// The address says also which plan the contact carries out.
function pathOf(url) {
  return url.split("?")[0];
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
  keepAs("");
}

function tell(event) {
  form.dispatchEvent(new Event(event, { bubbles: true }));
}

// What is half typed stays in the tab, for the person and the contact that it belongs to.
function nameOfTyped(changedToken) {
  return ["offline", who.acting, changedToken].filter(Boolean).join("-");
}

function keepAs(changedToken) {
  if (!who) return;
  document.body.dataset.user = userOf(who.owner);
  form.dataset.keep = nameOfTyped(changedToken);
  tell("unsaved:restore");
}

function userOf(owner) {
  return owner.split("-")[0];
}

// The form is another's, or it is not known yet whose: it holds what that person has typed, and nothing else.
async function takeOver() {
  if (!who || who.owner === owner) return;
  owner = who.owner;
  empty();
  const isHalfTyped = ({ token }) => sessionStorage.getItem(`kept:${userOf(owner)}:${nameOfTyped(token)}`);
  const contact = (await brokerWaiting.list()).find(isHalfTyped);
  if (contact) change(contact);
}

async function save(event) {
  event.preventDefault();
  notice("kept", false);
  showNet();
  const names = missing();
  showMissing(names);
  if (names.length) return;
  const values = [...new FormData(form)].filter(([name, value]) => name !== "company" && value);
  const { company, url } = chosenCompany();
  // Whom it was with belongs to the company that was chosen in the ordinary form.
  const others = (changed?.fields ?? []).filter(([name]) => !fields[name] && (name === "then" || changed.url === url));
  const isKept = await brokerWaiting.keep({ token, company, url, fields: [...values, ...others] }).catch(() => false);
  notice("full", !isKept);
  if (!isKept) return;
  // Browsers clear what they take for leftovers when a disk fills up; this is not.
  navigator.storage?.persist?.();
  tell("unsaved:forget");
  empty();
  await show();
  confirmKept(company);
  document.dispatchEvent(new Event("waiting:send"));
}

// One sentence says that it is kept, instead of those about the net, and it has the focus.
function confirmKept(company) {
  const sentence = main.querySelector('[data-notice="kept"]');
  say(sentence.querySelector("[data-text]"), { company });
  sentence.hidden = false;
  showNet();
  sentence.focus();
}

function isConfirmed() {
  return !main.querySelector('[data-notice="kept"]').hidden;
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
  keepAs(token);
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
  const address = new URL(contact.url, location.href);
  address.searchParams.set("vantar", contact.token);
  ordinary.action = address;
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
  showText(part, values.summary ?? "");
  part("next").textContent = values.next_step ? `${fields.next_step.labels[0].firstChild.data.trim()}: ${values.next_step}` : "";
  part("reasons").textContent = contact.reasons.join(" ");
  for (const sentence of row.querySelectorAll("[data-state]")) sentence.hidden = sentence.dataset.state !== state;
  for (const button of row.querySelectorAll("[data-act]")) dress(button, contact, state);
  row.dataset.token = contact.token;
  return row;
}

function showText(part, text) {
  const lines = text.split("\n");
  const short = lines.slice(0, 4).join("\n").slice(0, SHORT).replace(/(?<=\s)\S*$/, "");
  // Not worth a fold for a few words more.
  const isLong = text.length > 1.5 * SHORT || lines.length > 6;
  part("summary").textContent = isLong ? `${short.trimEnd()} …` : text;
  part("long").hidden = !isLong;
  part("whole").textContent = isLong ? text : "";
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
  await takeOver();
  say(main.querySelector(".lead[data-somebody]"), { organisation: who.organisation });
  const options = who.companies.map(({ label }) => new Option("", label));
  document.querySelector("#kanda").replaceChildren(...options);
  const contacts = await brokerWaiting.list();
  const here = document.activeElement?.dataset.act && document.activeElement;
  const place = here && `[data-token="${here.closest("[data-token]").dataset.token}"] [data-act="${here.dataset.act}"]`;
  const unfolded = [...main.querySelectorAll("[data-long][open]")].map((long) => long.closest("li").dataset.token);
  main.querySelector("[data-list]").replaceChildren(...contacts.map(rowOf));
  for (const row of main.querySelectorAll("[data-list] > li"))
    row.querySelector("[data-long]").open = unfolded.includes(row.dataset.token);
  if (place) main.querySelector(place)?.focus();
  main.querySelector("[data-empty]").hidden = contacts.length > 0;
  main.querySelector("[data-send]").hidden = !isReached || !contacts.some((one) => stateOf(one) === "waiting");
  await showElsewhere();
}

function showSent({ detail }) {
  const list = main.querySelector("[data-sent-list]");
  const row = document.createElement("li");
  row.append(linkTo(detail.location, list.dataset.text, detail.contact));
  if (detail.need) row.append(linkTo(detail.need, list.dataset.need, detail.contact));
  list.append(row);
  if (document.activeElement?.dataset.notice === "kept") row.querySelector("a").focus();
  notice("kept", false);
  showNet();
}

function linkTo(href, text, { company }) {
  const line = document.createElement("p");
  line.append(Object.assign(document.createElement("a"), { href, textContent: text.replace("{company}", company) }));
  return line;
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
  notice("no-net", !isReached && !isConfirmed());
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
  confirmKept(contact.company);
  // The ordinary form would else be filled in with it once more.
  const typed = `kept:${userOf(who.owner)}:contact-${who.acting}-${contact.url.match(/\d+/)}`;
  for (const key of [typed, `${typed}-${saved}`]) sessionStorage.removeItem(key);
}

async function start() {
  await setReached(navigator.onLine && !isStandIn());
  await showKept();
  if (who && !location.hash && !isConfirmed()) fields.company.focus();
}

form.addEventListener("submit", save);
// Loaded again, a page that was asked for by a form sends the form again.
for (const link of main.querySelectorAll("[data-again]"))
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
form.querySelector("[data-cancel]").addEventListener("click", async () => {
  tell("unsaved:forget");
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
