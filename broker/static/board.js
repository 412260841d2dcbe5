// Lets a card of a board be dragged to a state that one of its own buttons or links leads to; without it the buttons do.

let dragged = null;

function stepTo(card, column) {
  return card?.querySelector(`[data-to="${column?.dataset.state}"]`);
}

function mark(column) {
  for (const marked of document.querySelectorAll(".board-column.is-target")) marked.classList.remove("is-target");
  column?.classList.add("is-target");
}

for (const card of document.querySelectorAll(".board-card")) {
  if (!card.querySelector("[data-to]")) continue;
  card.draggable = true;
  card.addEventListener("dragstart", () => {
    dragged = card;
  });
  card.addEventListener("dragend", () => {
    dragged = null;
    mark(null);
  });
}

for (const column of document.querySelectorAll(".board-column")) {
  column.addEventListener("dragover", (event) => {
    if (!stepTo(dragged, column)) return;
    event.preventDefault();
    mark(column);
  });
  column.addEventListener("dragleave", () => column.classList.remove("is-target"));
  column.addEventListener("drop", (event) => {
    const step = stepTo(dragged, column);
    if (!step) return;
    event.preventDefault();
    (step.querySelector("button") ?? step).click();
  });
}
