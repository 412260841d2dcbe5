// Helps with the text of an answer: counts it, saves it by itself, tells who else is here, and formats it.
// Without this script the text is written, saved and locked all the same.

const desk = document.getElementById("skriv");
const form = desk?.querySelector("form[data-keep], form");
const area = form?.querySelector("textarea");
const told = desk?.querySelector("[data-told]");
const state = desk?.querySelector("[data-state]");
const words = desk?.dataset ?? {};
let saved = area?.value;
let waiting, counting;
let hasPen = true;
let lastTold = "";

// What is typed is counted at once for the eye, and told to a screen reader only when the writer pauses.
function count() {
  const length = [...area.value].length;
  desk.querySelector("output").value = length;
  clearTimeout(counting);
  if (words.limit) counting = setTimeout(() => tellLength(Number(words.limit) - length), 1500);
}

function tellLength(left) {
  told.textContent = (left < 0 ? words.over : words.left).replace("{count}", Math.abs(left));
  area.toggleAttribute("aria-invalid", left < 0);
}

function say(text) {
  if (state.textContent !== text) state.textContent = text;
}

async function send(address, fields) {
  const answer = await fetch(address, { method: "POST", body: fields, headers: { Accept: "application/json" } });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  return { ok: answer.ok, ...(isJson ? await answer.json() : {}) };
}

async function save() {
  const text = area.value;
  if (text === saved || !hasPen) return;
  try {
    const answer = await send(words.autosave, new FormData(form));
    say(answer.message ?? words.failed);
    if (!answer.ok) {
      hasPen = answer.is_mine ?? hasPen;
      return;
    }
    saved = text;
    form.elements.version.value = answer.version;
    // What was typed meanwhile is kept until it is saved in its turn.
    if (area.value === text) form.dispatchEvent(new Event("unsaved:forget", { bubbles: true }));
  } catch {
    say(words.failed);
  }
}

async function tell() {
  const fields = new FormData();
  for (const name of ["csrf_token", "acting"]) if (form.elements[name]) fields.set(name, form.elements[name].value);
  try {
    const answer = await send(words.presence, fields);
    if (!answer.ok) return;
    hasPen = answer.is_mine;
    // What was told of others is taken back when they have left; what was told of a save stays.
    if (answer.message || state.textContent === lastTold) say(answer.message);
    lastTold = answer.message;
  } catch {
    // Without net nothing is told; what is typed stays on the page and in the browser.
  }
}

// Puts a text in place of some of what is there, so that the browser can undo it.
function insert(text, start, end) {
  area.focus();
  area.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function chosenLines() {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = area.value.indexOf("\n", area.selectionEnd);
  return [start, end < 0 ? area.value.length : end];
}

function asList(mark) {
  const [start, end] = chosenLines();
  const lines = area.value.slice(start, end).split("\n");
  insert(lines.map((line, place) => mark(place) + line).join("\n"), start, end);
}

const TOOLS = {
  bullets: () => asList(() => "- "),
  numbers: () => asList((place) => `${place + 1}. `),
  table: () => insert("\n\n| A | B |\n| --- | --- |\n|  |  |\n\n", area.selectionEnd, area.selectionEnd),
  strong: () => {
    const { selectionStart: start, selectionEnd: end, value } = area;
    insert(`**${value.slice(start, end)}**`, start, end);
  },
};

function addToolbar() {
  const bar = Object.assign(document.createElement("div"), { className: "toolbar", role: "group" });
  bar.setAttribute("aria-label", words.toolbar);
  for (const [name, act] of Object.entries(TOOLS)) {
    const options = { type: "button", className: "btn btn-secondary", textContent: words[name] };
    const button = Object.assign(document.createElement("button"), options);
    button.addEventListener("click", act);
    bar.append(button);
  }
  area.before(bar);
}

// A table or a list that is pasted from a word processor comes as its markup.
function fromHtml(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const flat = (element) => element.textContent.replaceAll("|", "/").replace(/\s+/g, " ").trim();
  for (const table of page.querySelectorAll("table")) {
    const rows = [...table.rows].map((row) => `| ${[...row.cells].map(flat).join(" | ")} |`);
    table.replaceWith(`\n\n${rows.join("\n")}\n\n`);
  }
  for (const list of page.querySelectorAll("ul, ol")) {
    const mark = (place) => (list.localName === "ol" ? `${place + 1}. ` : "- ");
    const items = [...list.children].map((item, place) => mark(place) + flat(item));
    list.replaceWith(`\n\n${items.join("\n")}\n\n`);
  }
  for (const line of page.querySelectorAll("br")) line.replaceWith("\n");
  for (const part of page.querySelectorAll("p, div, h1, h2, h3, h4")) part.append("\n\n");
  return page.body.textContent.replace(/[ \t]*\n[ \t]*/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
}

function paste(event) {
  const html = event.clipboardData.getData("text/html");
  if (!/<(table|ul|ol)[\s>]/i.test(html)) return;
  event.preventDefault();
  insert(fromHtml(html), area.selectionStart, area.selectionEnd);
}

if (area) {
  addToolbar();
  area.addEventListener("paste", paste);
  area.addEventListener("input", () => {
    count();
    clearTimeout(waiting);
    waiting = setTimeout(save, Number(words.autosaveAfter) * 1000);
  });
  form.addEventListener("unsaved:restored", count);
  count();
  tell();
  setInterval(tell, Number(words.tellEvery) * 1000);
}
