// Offers tags also for the second and later words of a field that holds several with commas between them.

const field = document.querySelector("input[data-tags]");

function offer(list, tags) {
  const typed = field.value.split(",").slice(0, -1).map((tag) => tag.trim());
  const taken = new Set(typed.map((tag) => tag.toLocaleLowerCase("sv")));
  const before = typed.map((tag) => `${tag}, `).join("");
  const left = tags.filter((tag) => !taken.has(tag.toLocaleLowerCase("sv")));
  list.replaceChildren(...left.map((tag) => Object.assign(document.createElement("option"), { value: before + tag })));
}

if (field?.list) {
  const list = field.list;
  const tags = [...list.options].map((option) => option.value);
  field.addEventListener("input", () => offer(list, tags));
  offer(list, tags);
}
