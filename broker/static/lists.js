// Moves between the rows of a list with the arrows up and down.

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function mainLink(row) {
  return row.querySelector("th a[href]") ?? row.querySelector("a[href]");
}

function onKey(event) {
  const step = STEPS[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  if (event.target.isContentEditable || event.target.matches("input, select, textarea")) return;
  const list = event.target.closest(".table-scroll");
  if (!list) return;
  const links = [...list.querySelectorAll("tbody tr")].map(mainLink).filter(Boolean);
  const row = event.target.closest("tbody tr");
  const here = row ? links.indexOf(mainLink(row)) : -1;
  const link = links[here + step];
  // At the ends the page scrolls as usual.
  if (!link) return;
  event.preventDefault();
  link.focus();
}

document.addEventListener("keydown", onKey);
