// A draft of groups: sliders show their number, and a participant is dragged to another group as its form would move it.

function showNumber(output) {
  const slider = document.getElementById(output.htmlFor.value);
  slider.addEventListener("input", () => { output.value = slider.value; });
}

const form = document.querySelector("form[data-move]");
let dragged = null;

function begin(event) {
  dragged = event.target.closest?.("[data-part]") ?? null;
  if (dragged) event.dataTransfer.effectAllowed = "move";
}

function groupOf(event) {
  const group = event.target.closest?.("[data-group]");
  return dragged && group && !group.contains(dragged) ? group : null;
}

function over(event) {
  if (groupOf(event)) event.preventDefault();
}

function drop(event) {
  const group = groupOf(event);
  if (!group) return;
  event.preventDefault();
  form.elements.part.value = dragged.dataset.part;
  form.elements.group.value = group.dataset.group;
  form.requestSubmit();
}

document.querySelectorAll("output[for]").forEach(showNumber);
if (form) {
  // A link would be dragged by its address instead of the row that it stands in.
  document.querySelectorAll("[data-part] a").forEach((link) => { link.draggable = false; });
  document.querySelectorAll("[data-part]").forEach((row) => { row.draggable = true; });
  document.addEventListener("dragstart", begin);
  document.addEventListener("dragover", over);
  document.addEventListener("drop", drop);
}
