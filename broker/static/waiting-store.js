// Keeps contacts that could not be sent yet, and what is half typed, each sealed for one person in one organisation.
// Pages and the service worker share it, so it is a plain script with one name.

const brokerWaiting = (() => {
  const LONGEST_UNDO = 3_600_000;
  const WEEK = 7;
  const DRAFTS_KEPT_FOR = WEEK * 86_400_000;
  const channel = new BroadcastChannel("broker-waiting");

  // Drafts lie by themselves: a worker of an earlier release opens what it knows all the same.
  const STORES = {
    broker: { contacts: { keyPath: "token" }, device: {} },
    "broker-drafts": { drafts: { keyPath: "key" } },
  };

  function opened(name) {
    const [title, stores] = Object.entries(STORES).find(([, held]) => name in held);
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(title, 1);
      request.onupgradeneeded = () => {
        for (const [store, options] of Object.entries(stores)) request.result.createObjectStore(store, options);
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  // What was written must be on the disk before anybody is told that it is kept.
  async function within(name, mode, act) {
    const database = await opened(name);
    try {
      const transaction = database.transaction(name, mode, { durability: "strict" });
      const request = act(transaction.objectStore(name));
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      return request.result;
    } finally {
      database.close();
    }
  }

  const read = (name, act) => within(name, "readonly", act);
  const write = (name, act) => within(name, "readwrite", act);

  function bytesOf(text) {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  }

  async function seal(key, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(value));
    return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text) };
  }

  async function unseal(key, row) {
    try {
      const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key, row.sealed);
      return JSON.parse(new TextDecoder().decode(text));
    } catch {
      return { isClosed: true, company: "", url: "", fields: [], reasons: [] };
    }
  }

  // Who is signed in on this device, as long as the session would live; nobody when that has run out.
  async function person() {
    const found = await read("device", (store) => store.get("now"));
    if (!found || found.until > Date.now()) return found ?? null;
    await forget();
    return null;
  }

  async function remember(answer) {
    const key = await crypto.subtle.importKey("raw", bytesOf(answer.key), "AES-GCM", false, ["encrypt", "decrypt"]);
    const { owner, acting, organisation, companies } = answer;
    const idle = answer.idle_seconds * 1000;
    const now = { owner, acting, organisation, companies, key, idle, until: Date.now() + idle, askedAt: Date.now() };
    await write("device", (store) => store.put(now, "now"));
    channel.postMessage("person");
    return now;
  }

  async function touch() {
    const now = await person();
    if (now) await write("device", (store) => store.put({ ...now, until: Date.now() + now.idle }, "now"));
  }

  // Without the key and the names nobody reads what waits, until the same person signs in again.
  async function forget() {
    await write("device", (store) => store.delete("now"));
    await purge(0);
    channel.postMessage("person");
  }

  async function language(chosen) {
    if (chosen) await write("device", (store) => store.put(chosen, "language"));
    return chosen ?? (await read("device", (store) => store.get("language")));
  }

  function aWeekAfter(day) {
    const then = new Date(`${day}T12:00:00`);
    then.setDate(then.getDate() + WEEK);
    return then.toLocaleDateString("sv-SE");
  }

  // A next step without a day means a week from when it was written, not from when it is sent.
  function withDay(fields) {
    const values = Object.fromEntries(fields);
    if (!values.next_step || values.next_step_on) return fields;
    const day = aWeekAfter(new Date().toLocaleDateString("sv-SE"));
    return [...fields.filter(([name]) => name !== "next_step_on"), ["next_step_on", day]];
  }

  async function keep({ token, url = "", company = "", fields, reasons = [] }) {
    const now = await person();
    if (!now) return false;
    const before = await read("contacts", (store) => store.get(token));
    const row = {
      token,
      owner: now.owner,
      organisation: now.organisation,
      keptAt: before?.keptAt ?? Date.now(),
      ...(await seal(now.key, { url, company, fields: withDay(fields), reasons })),
    };
    await write("contacts", (store) => store.put(row));
    await touch();
    channel.postMessage("contacts");
    return true;
  }

  async function rows() {
    return (await read("contacts", (store) => store.getAll())).sort((one, other) => one.keptAt - other.keptAt);
  }

  async function list() {
    const now = await person();
    if (!now) return [];
    const mine = (await rows()).filter((row) => row.owner === now.owner);
    return Promise.all(mine.map(async (row) => ({ ...(await unseal(now.key, row)), ...row })));
  }

  async function find(token) {
    return (await list()).find((contact) => contact.token === token);
  }

  // How many a person has waiting, for whichever organisation; it takes no key to count them.
  async function countOf(user) {
    return (await rows()).filter((row) => row.owner.split("-")[0] === user && !row.removedAt).length;
  }

  // What the same person has waiting for other organisations: how many, and for whom.
  async function elsewhere() {
    const now = await person();
    if (!now) return {};
    const user = now.owner.split("-")[0];
    const others = (await rows()).filter(
      (row) => row.owner !== now.owner && row.owner.split("-")[0] === user && !row.removedAt,
    );
    const counts = {};
    for (const row of others) counts[row.organisation] = (counts[row.organisation] ?? 0) + 1;
    return counts;
  }

  async function mark(token, removedAt) {
    const row = await read("contacts", (store) => store.get(token));
    if (row) await write("contacts", (store) => store.put({ ...row, removedAt }));
    channel.postMessage("contacts");
  }

  async function drop(token) {
    await write("contacts", (store) => store.delete(token));
    channel.postMessage("contacts");
  }

  async function purge(longest = LONGEST_UNDO) {
    for (const row of await rows())
      if (row.removedAt && row.removedAt <= Date.now() - longest)
        await write("contacts", (store) => store.delete(row.token));
  }

  // A page keeps drafts for the person that it was made for, not for who has signed in on the device since.
  async function personOf(owner) {
    const now = await person();
    return now?.owner === owner ? now : null;
  }

  async function keepDraft(owner, name, values) {
    const now = await personOf(owner);
    if (!now) return;
    const row = { key: `${owner}:${name}`, keptAt: Date.now(), ...(await seal(now.key, values)) };
    await write("drafts", (store) => store.put(row));
  }

  async function findDraft(owner, name) {
    const now = await personOf(owner);
    const row = now && (await read("drafts", (store) => store.get(`${owner}:${name}`)));
    if (!row || row.keptAt < Date.now() - DRAFTS_KEPT_FOR) return null;
    const values = await unseal(now.key, row);
    return values.isClosed ? null : { keptAt: row.keptAt, values };
  }

  async function dropDrafts(isChosen) {
    for (const { key, keptAt } of await read("drafts", (store) => store.getAll()))
      if (isChosen(key, keptAt)) await write("drafts", (store) => store.delete(key));
  }

  function dropOldDrafts() {
    return dropDrafts((_key, keptAt) => keptAt < Date.now() - DRAFTS_KEPT_FOR);
  }

  const drafts = { keep: keepDraft, find: findDraft, drop: dropDrafts, dropOld: dropOldDrafts };
  return { drafts, person, remember, touch, forget, language, keep, list, find, countOf, elsewhere, mark, drop, purge };
})();
