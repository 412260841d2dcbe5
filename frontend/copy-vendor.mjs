// Copies what the pages and the browser tests need out of node_modules, with the licences, and writes a checksum of each.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const served = "../broker/static/vendor";
const tested = "../tests/browser/vendor";

const copies = [
  ["htmx.org/dist/htmx.min.js", `${served}/htmx.min.js`],
  ["htmx.org/LICENSE", `${served}/htmx.LICENSE`],
  ["bootstrap/LICENSE", `${served}/bootstrap.LICENSE`],
  [
    "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
    `${served}/source-sans-3-latin.woff2`,
  ],
  ["@fontsource-variable/source-sans-3/LICENSE", `${served}/source-sans-3.LICENSE`],
  ["@tabler/icons/LICENSE", `${served}/tabler-icons.LICENSE`],
  ["axe-core/axe.min.js", `${tested}/axe.min.js`],
  ["axe-core/LICENSE", `${tested}/axe.LICENSE`],
];

const icons = [
  "alert-triangle", "arrow-left", "arrow-right", "bell", "building", "calendar", "calendar-event", "chart-bar", "check",
  "clipboard-list", "download", "eye", "file-text", "filter", "folder", "help", "history", "home", "info-circle", "link",
  "list-check", "lock", "mail", "map-pin", "menu-2", "message", "pencil", "phone", "plus", "school", "search", "send",
  "settings", "shopping-cart", "sun", "trash", "upload", "user", "users", "video", "x",
];

function symbol(name) {
  const drawing = readFileSync(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
  const shapes = drawing.slice(drawing.indexOf(">", drawing.indexOf("<svg")) + 1, drawing.lastIndexOf("</svg>"));
  return (
    `<symbol id="i-${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
    `stroke-linecap="round" stroke-linejoin="round">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`
  );
}

function checksum(path) {
  return "sha384-" + createHash("sha384").update(readFileSync(path)).digest("base64");
}

mkdirSync(served, { recursive: true });
mkdirSync(tested, { recursive: true });
for (const [from, to] of copies) copyFileSync(`node_modules/${from}`, to);
writeFileSync(
  `${served}/icons.svg`,
  `<svg xmlns="http://www.w3.org/2000/svg">\n${icons.map(symbol).join("\n")}\n</svg>\n`,
);
const files = readdirSync(served).filter((name) => name !== "SHA384.json").sort();
const checksums = Object.fromEntries(files.map((name) => [name, checksum(`${served}/${name}`)]));
writeFileSync(`${served}/SHA384.json`, JSON.stringify(checksums, null, 2) + "\n");
