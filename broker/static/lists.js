// Moves between the rows of a list, and from a field to the list below it, with the arrows up and down.

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function mainLink(row) {
  return row.querySelector("th a[href]") ?? row.querySelector("a[href]");
}

function linksOf(list) {
  return [...list.querySelectorAll("tbody tr")].map(mainLink).filter(Boolean);
}

// A field tells by data-list in which element its list is.
function fieldOf(list) {
  return list.parentElement.id ? document.querySelector(`[data-list="${list.parentElement.id}"]`) : null;
}

function nextOf(event, step) {
  const below = event.target.dataset.list;
  if (below) return step > 0 ? linksOf(document.getElementById(below))[0] : null;
  if (event.target.isContentEditable || event.target.matches("input, select, textarea")) return null;
  const list = event.target.closest(".table-scroll");
  if (!list) return null;
  const links = linksOf(list);
  const row = event.target.closest("tbody tr");
  const next = (row ? links.indexOf(mainLink(row)) : -1) + step;
  return next < 0 ? fieldOf(list) : links[next];
}

function onKey(event) {
  const step = STEPS[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  const next = nextOf(event, step);
  // At the ends the page scrolls as usual.
  if (!next) return;
  event.preventDefault();
  next.focus();
}

document.addEventListener("keydown", onKey);
