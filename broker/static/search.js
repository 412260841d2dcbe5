// Moves between the search field and what it suggests, and tells how much that is.

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const form = document.querySelector("form.search");

function watch(field, box, status) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      box.replaceChildren();
      field.focus();
    }
    const stops = [field, ...box.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + (STEPS[event.key] ?? NaN)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  const tell = () => {
    status.textContent = box.querySelector("[data-told]")?.dataset.told ?? "";
  };
  new MutationObserver(tell).observe(box, { childList: true });
}

if (form) watch(form.querySelector("input"), form.querySelector("#sok-forslag"), form.querySelector("[role=status]"));
