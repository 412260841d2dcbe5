// Keeps the page for logging without net, and its files; shows it when a page cannot be fetched. Nothing else is kept.
// What it needs to know, SHELL, and the store of contacts come before it.

const CACHE = `broker-${SHELL.version}`;

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

const NEVER_KEPT = ["csrf_token", "token", "acting", "company_name", "then"];

// Keeps a contact whose form could not be sent; gives its token, or nothing when it may not be kept here.
async function keepContact(request) {
  const sent = await request.formData();
  const token = sent.get("token");
  const now = await brokerWaiting.person();
  if (!token || now?.acting !== sent.get("acting")) return null;
  const fields = [...sent].filter(([name]) => !NEVER_KEPT.includes(name));
  const url = new URL(request.url).pathname;
  return (await brokerWaiting.keep({ token, url, company: sent.get("company_name") ?? "", fields })) && token;
}

async function send(request) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    const token = await keepContact(copy).catch(() => null);
    return token ? Response.redirect(`${SHELL.page}?sparad=${token}`, 303) : shell();
  }
}

function onFetch(event) {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  const isPage = request.mode === "navigate";
  if (isPage && url.pathname === SHELL.page) event.respondWith(shell());
  else if (isPage && request.method === "POST" && new RegExp(SHELL.contact).test(url.pathname))
    event.respondWith(send(request));
  else if (isPage) event.respondWith(fetch(request).catch(shell));
  else if (SHELL.files.includes(url.pathname + url.search))
    event.respondWith(kept(request.url).then((found) => found ?? fetch(request)));
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", onFetch);
