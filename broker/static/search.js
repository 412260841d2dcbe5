// The search field as a combobox with a list of suggestions: the keys stay in the field, Escape closes the list and keeps
// what was typed. https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const form = document.querySelector("form.search");

function watch(field, box, status) {
  // Whether the next answer opens the list: not after Escape, and not once all has been taken out.
  let isAwaited = false;
  const options = () => [...box.querySelectorAll("[role=option]")];
  const isOpen = () => !box.hidden && box.childElementCount > 0;
  const chosen = () => box.querySelector("[aria-selected=true]");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function show(isShown) {
    box.hidden = !isShown;
    field.setAttribute("aria-expanded", String(isOpen() && options().length > 0));
    choose(null);
    status.textContent = isOpen() ? (box.querySelector("[data-told]")?.dataset.told ?? "") : "";
  }

  function close() {
    isAwaited = false;
    show(false);
  }

  // The server gives a list of links, which it is without this script.
  function dress() {
    const list = box.querySelector("ul");
    if (list) {
      list.role = "listbox";
      list.id = `${box.id}-lista`;
      field.setAttribute("aria-controls", list.id);
    } else field.removeAttribute("aria-controls");
    box.querySelectorAll("li").forEach((item) => (item.role = "presentation"));
    box.querySelectorAll("a").forEach((link, place) => {
      Object.assign(link, { role: "option", id: `${box.id}-${place}`, tabIndex: -1, ariaSelected: "false" });
    });
    show(isAwaited);
  }

  function step(by) {
    if (!isOpen()) show(true);
    // The field is one of the stops, between the last suggestion and the first.
    const stops = [null, ...options()];
    choose(stops.at((stops.indexOf(chosen()) + by) % stops.length));
  }

  function onEscape() {
    if (!isOpen() && !isAwaited) field.value = "";
    close();
  }

  function onTyped() {
    isAwaited = field.value.trim() !== "";
    if (isAwaited) choose(null);
    else close();
  }

  function onKey(event) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key in STEPS && options().length && field.value.trim()) step(STEPS[event.key]);
    else if (event.key === "Escape") onEscape();
    else if (event.key === "Enter" && chosen()) chosen().click();
    else {
      if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) choose(null);
      return;
    }
    event.preventDefault();
  }

  field.role = "combobox";
  field.ariaAutoComplete = "list";
  field.addEventListener("keydown", onKey);
  field.addEventListener("input", onTyped);
  field.addEventListener("click", () => field.value.trim() && show(true));
  field.addEventListener("blur", close);
  // Where a click on a link gives it no focus, leaving the field would close the list before the click has come.
  box.addEventListener("mousedown", (event) => event.preventDefault());
  new MutationObserver(dress).observe(box, { childList: true });
  show(false);
}

if (form) watch(form.querySelector("input"), form.querySelector("#sok-forslag"), form.querySelector("[role=status]"));
