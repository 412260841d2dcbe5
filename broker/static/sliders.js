// Puts a slider beside a field for a number, so that what happens can be followed while it is dragged.

for (const field of document.querySelectorAll("input[data-slider]")) {
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: field.min, max: field.max, value: field.value || 0 });
  slider.className = "form-range";
  slider.setAttribute("aria-label", field.labels[0].textContent.trim());
  slider.addEventListener("input", () => {
    field.value = slider.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", () => {
    slider.value = field.value || 0;
  });
  field.after(slider);
}
