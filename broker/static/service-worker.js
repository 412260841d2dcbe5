// Keeps the page for logging without net, and its files; shows it when a page cannot be fetched. Nothing else is kept.
// What it needs to know, SHELL, and the store of contacts come before it.

const CACHE = `broker-${SHELL.version}`;
const LONGEST_WAIT = 5_000;

async function install() {
  const wanted = [...Object.values(SHELL.pages), ...SHELL.files];
  const cache = await caches.open(CACHE);
  // Asked without cookies: what is kept must be what anybody gets.
  await cache.addAll(wanted.map((url) => new Request(url, { cache: "reload", credentials: "omit" })));
  await skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith("broker-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

async function kept(url) {
  return (await caches.open(CACHE)).match(url);
}

async function shell() {
  const language = await brokerWaiting.language().catch(() => undefined);
  return (await kept(SHELL.pages[language] ?? SHELL.pages.sv)) ?? Response.error();
}

// The page when a form could not be sent; at the form's own address, so that to load it again sends the form again.
async function unsent() {
  const page = await shell();
  if (!page.ok) return page;
  const html = (await page.text()).replace("<body", "<body data-unsent");
  return new Response(html, { headers: page.headers });
}

// On a line that hardly works the page for logging is worth more than a long wait for the one that begins it.
async function soon(request) {
  const page = fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
  try {
    const first = await Promise.race([page, late]);
    if (first || !(await brokerWaiting.person())) return first ?? (await page);
    page.catch(() => null);
  } catch {
    // There is no net at all.
  }
  return shell();
}

const NEVER_KEPT = ["csrf_token", "token", "acting", "company_name", "kept_as"];

// Keeps a contact whose form could not be sent; gives its token, or nothing when it may not be kept here.
async function keepContact(request) {
  const sent = await request.formData();
  const token = sent.get("token");
  const now = await brokerWaiting.person();
  if (!token || now?.acting !== sent.get("acting")) return null;
  const fields = [...sent].filter(([name]) => !NEVER_KEPT.includes(name));
  const url = addressOf(request);
  const isKept = await brokerWaiting.keep({ token, url, company: sent.get("company_name") ?? "", fields });
  if (isKept) await brokerWaiting.drafts.drop((key) => key === `${now.owner}:${sent.get("kept_as")}`);
  return isKept && token;
}

// Where it is sent later; which plan it carries out is said there, and which contact it was filled in from is of no use.
function addressOf(request) {
  const { pathname, searchParams } = new URL(request.url);
  searchParams.delete("vantar");
  return [pathname, String(searchParams)].filter(Boolean).join("?");
}

async function send(request) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    const token = await keepContact(copy).catch(() => null);
    return token ? Response.redirect(`${SHELL.page}?sparad=${token}`, 303) : unsent();
  }
}

function fetchPage(request, path) {
  if (path === SHELL.page) return shell();
  if (path === SHELL.find) return soon(request);
  if (request.method === "GET") return fetch(request).catch(shell);
  // Going back to the answer of a form that was sent: the form is shown anew, it is not sent again.
  if (request.cache === "only-if-cached") return fetch(request.url, { redirect: "manual" }).catch(unsent);
  return new RegExp(SHELL.contact).test(path) ? send(request) : fetch(request).catch(unsent);
}

function onFetch(event) {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetchPage(request, url.pathname));
  else if (SHELL.files.includes(url.pathname + url.search))
    event.respondWith(kept(request.url).then((found) => found ?? fetch(request)));
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", onFetch);
