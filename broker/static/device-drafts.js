// Keeps what is typed in a form that makes something also on the device, so that it outlives its tab; sealed as contacts
// that wait are, for the person whom the page was made for. It is dropped when it is saved, at sign-out, and after a week.

const PAUSE = 300;
const { owner } = document.querySelector("[data-waiting]")?.dataset ?? {};
const { drafts } = brokerWaiting;
let timer;

async function offer(form) {
  // What was saved a moment ago is still being forgotten.
  if (/(?:^|; )kept-saved=/.test(document.cookie) || document.querySelector(".error-summary")) return;
  const draft = await drafts.find(owner, form.dataset.keep);
  if (draft) form.dispatchEvent(new CustomEvent("unsaved:found", { bubbles: true, detail: draft }));
}

function whenTyped({ target, detail }) {
  if (!target.matches("[data-draft]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => drafts.keep(owner, target.dataset.keep, detail).catch(() => null), PAUSE);
}

function whenDiscarded({ target }) {
  clearTimeout(timer);
  drafts.drop((key) => key === `${owner}:${target.dataset.keep}`);
}

if (owner) {
  document.addEventListener("unsaved:kept", whenTyped);
  document.addEventListener("unsaved:discarded", whenDiscarded);
  // Only when it is known for whom the device keeps anything.
  document.addEventListener("waiting:met", () => document.querySelectorAll("form[data-draft]").forEach(offer));
  document.addEventListener("submit", () => clearTimeout(timer));
}
