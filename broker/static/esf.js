// Counts the characters of an answer while it is written, also those of a first text that was fetched.

for (const area of document.querySelectorAll("textarea[data-counter]")) {
  const output = document.getElementById(area.dataset.counter);
  const count = () => {
    output.value = [...area.value].length;
  };
  area.addEventListener("input", count);
  count();
}
