// On every page: knows for whom the device keeps contacts, says how many wait, and sends them when there is net.

const FRESH_FOR = 3_600_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
const LONGEST_ANSWER = 20_000;
const line = document.querySelector("[data-waiting]");
const channel = new BroadcastChannel("broker-waiting");
let pause = FIRST_PAUSE;
let retry;

// Without these a device keeps nothing, and the forms work as they always do.
function canKeep() {
  return line && "serviceWorker" in navigator && globalThis.crypto?.subtle && globalThis.indexedDB && navigator.locks;
}

function fill(element, values) {
  element.textContent = element.dataset.text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
  element.hidden = false;
}

async function show() {
  const waiting = (await brokerWaiting.list()).filter((contact) => !contact.removedAt);
  const count = line.querySelector("[data-count]");
  if (waiting.length) fill(count, { count: waiting.length });
  else count.hidden = true;
}

function showSent(contact, { location, need }) {
  const links = { sent: location, need };
  for (const [name, address] of Object.entries(links).filter(([, address]) => address)) {
    const link = line.querySelector(`[data-${name}]`);
    fill(link, { company: contact.company });
    link.href = address;
  }
  document.dispatchEvent(new CustomEvent("waiting:sent", { detail: { contact, location, need } }));
}

// Gives the answer, or null when there is no net, or "over" when the person has to sign in first.
async function ask() {
  const signal = AbortSignal.timeout(LONGEST_ANSWER);
  const answer = await fetch(line.dataset.person, { headers: { Accept: "application/json" }, signal }).catch(() => null);
  if (answer?.ok && !answer.redirected) return answer.json().catch(() => null);
  return answer?.redirected || answer?.status === 403 ? "over" : null;
}

async function meet(owner) {
  const known = await brokerWaiting.person();
  if (known?.owner === owner && known.askedAt > Date.now() - FRESH_FOR) return brokerWaiting.touch();
  if (known && known.owner !== owner) await brokerWaiting.forget();
  const answer = await ask();
  if (answer?.owner === owner) await brokerWaiting.remember(answer);
}

function isReady(contact) {
  return contact.url && !contact.reasons.length && !contact.removedAt && !contact.isClosed;
}

// Gives whether the next one may be tried.
async function sendOne(contact, who) {
  const body = new URLSearchParams(contact.fields);
  body.set("token", contact.token);
  body.set("acting", who.acting);
  body.set("csrf_token", who.csrf_token);
  const signal = AbortSignal.timeout(LONGEST_ANSWER);
  const headers = { Accept: "application/json" };
  const answer = await fetch(contact.url, { method: "POST", body, headers, signal }).catch(() => null);
  if (!answer || answer.redirected) return false;
  if (answer.ok) {
    const saved = await answer.json().catch(() => ({}));
    if (!saved.location) return false;
    await brokerWaiting.drop(contact.token);
    showSent(contact, saved);
    return true;
  }
  if (answer.status === 422) {
    const { reasons } = await answer.json().catch(() => ({}));
    return reasons ? brokerWaiting.keep({ ...contact, reasons }) : false;
  }
  // The company is gone from the register: the person chooses it anew.
  if (answer.status === 404) return brokerWaiting.keep({ ...contact, url: "" });
  // What the server fails at does not hold up the others; what it says no to holds for them too.
  return answer.status >= 500;
}

async function sendAll() {
  const ready = (await brokerWaiting.list()).filter(isReady);
  if (!ready.length) return;
  const who = await ask();
  document.dispatchEvent(new CustomEvent("waiting:asked", { detail: who }));
  if (who === "over") return;
  const now = who && (await brokerWaiting.remember(who));
  for (const contact of who ? ready.filter((one) => one.owner === now.owner) : [])
    if (!(await sendOne(contact, who))) break;
  if ((await brokerWaiting.list()).some(isReady)) tryAgain();
}

// A browser says that there is net a little before there is, so the first pauses are short.
function tryAgain() {
  clearTimeout(retry);
  retry = setTimeout(send, pause);
  pause = Math.min(2 * pause, LONGEST_PAUSE);
}

function sendAtOnce() {
  pause = FIRST_PAUSE;
  return send();
}

// One page at a time sends, and nothing is sent while the person changes it.
async function send() {
  if (!navigator.onLine) return;
  await navigator.locks.request("broker-waiting", { ifAvailable: true }, (lock) => (lock ? sendAll() : tryAgain()));
  await show();
}

// A form that was filled in from the device and saved by hand is not sent once more.
async function dropSaved() {
  const saved = document.cookie.match(/(?:^|; )waiting-saved=([0-9a-f]+)/);
  if (!saved) return;
  await brokerWaiting.drop(saved[1]);
  // Not before: who leaves this page in the middle of it would have it waiting for ever.
  document.cookie = "waiting-saved=; Max-Age=0; Path=/";
}

// The ordinary form is filled in with what waits, unless it holds what the person has typed here since.
async function fillForm() {
  const token = new URLSearchParams(location.search).get("vantar");
  const form = document.querySelector("main form[data-keep]");
  if (!token || !form || document.querySelector(".error-summary")) return;
  const contact = await brokerWaiting.find(token);
  if (!contact) return;
  form.elements.token.value = token;
  if (sessionStorage.getItem(`kept:${document.body.dataset.user}:${form.dataset.keep}`)) return;
  for (const [name, value] of contact.fields)
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]:not([type="hidden"])`))
      if (control.type !== "checkbox") control.value = value;
      else control.checked ||= control.value === value;
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function guardSignOut(box) {
  const form = box.querySelector("form");
  const question = box.querySelector("[data-sign-out-question]");
  let isSure = false;
  // The next person on the same computer must not find what was half typed here.
  const isOwn = (key) => key.startsWith(`${document.body.dataset.user}-`);
  const forgetAll = () => Promise.allSettled([brokerWaiting.forget(), brokerWaiting.drafts.drop(isOwn)]);
  const leave = () => forgetAll().then(() => form.submit());
  const goOn = () => {
    isSure = true;
    form.requestSubmit();
  };
  const askFirst = async () => {
    if (!(await brokerWaiting.countOf(document.body.dataset.user).catch(() => 0))) return goOn();
    question.hidden = false;
    question.querySelector("a").focus();
  };
  // Before the others hear of it: who stays keeps also what is typed in other forms.
  box.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      if (isSure) return void leave();
      event.stopPropagation();
      askFirst();
    },
    { capture: true },
  );
  box.querySelector("[data-sign-out-anyway]").addEventListener("click", goOn);
}

async function startFor(owner) {
  await navigator.serviceWorker.register(line.dataset.worker).catch(() => null);
  await meet(owner);
  await brokerWaiting.language(document.documentElement.lang);
  await fillForm();
  document.dispatchEvent(new Event("waiting:met"));
}

// A page that does not know whom it is for, as the one that works without net, asks when there is net.
async function meetOnShell() {
  const answer = navigator.onLine && (await ask());
  if (answer?.owner) await brokerWaiting.remember(answer);
}

async function start() {
  const { owner } = line.dataset;
  await dropSaved();
  if (owner) await startFor(owner);
  else if (owner === "") {
    // A stranger's device keeps nothing; that of somebody who has left forgets him.
    if (await navigator.serviceWorker.getRegistration()) await brokerWaiting.forget();
    return;
  } else if (!(await brokerWaiting.person())) await meetOnShell();
  await brokerWaiting.purge();
  await brokerWaiting.drafts.dropOld();
  await show();
  await send();
}

if (canKeep()) {
  document.querySelectorAll("[data-sign-out]").forEach(guardSignOut);
  channel.addEventListener("message", show);
  addEventListener("online", sendAtOnce);
  document.addEventListener("waiting:send", sendAtOnce);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  start();
}
