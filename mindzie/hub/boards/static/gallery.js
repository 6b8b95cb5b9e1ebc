const search = document.getElementById("search");
const cards = [...document.querySelectorAll(".card")];
const found = document.getElementById("found");
const none = document.getElementById("none");

function look() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const card of cards) {
    card.hidden = !words.every((word) => card.dataset.words.includes(word));
    left += card.hidden ? 0 : 1;
  }
  const all = `${cards.length} ${cards.length === 1 ? "dashboard" : "dashboards"}`;
  found.textContent = left === cards.length ? all : `${left} of ${all}`;
  none.hidden = left > 0;
}

search?.addEventListener("input", look);
search?.addEventListener("keydown", (event) => {
  const shown = cards.filter((card) => !card.hidden);
  if (event.key === "Enter" && shown.length === 1) shown[0].querySelector("a").click();
  if (event.key === "Escape") {
    search.value = "";
    look();
  }
});
document.getElementById("all")?.addEventListener("click", () => {
  search.value = "";
  look();
  search.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target === document.body) {
    event.preventDefault();
    search?.focus();
  }
});
if (search) look();
