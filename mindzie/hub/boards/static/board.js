const page = document.getElementById("page");
const waiting = document.getElementById("waiting");
const copy = document.getElementById("copy");

page.addEventListener("load", () => {
  waiting.hidden = true;
});

// the dashboard tells its filters; they go into the address, so that it can be sent to others
window.addEventListener("message", (event) => {
  if (event.source !== page.contentWindow || typeof event.data?.mindzieFilters !== "string") return;
  const said = event.data.mindzieFilters;
  if (said.length > 8000) return;
  const here = new URL(location.href);
  if (said === "[]" || said === "") here.searchParams.delete("filters");
  else here.searchParams.set("filters", said);
  history.replaceState(null, "", here);
});

copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(location.href);
  const said = copy.textContent;
  copy.textContent = "Copied";
  setTimeout(() => {
    copy.textContent = said;
  }, 2000);
});

// the frame cannot tell that it was ended
const watch = setInterval(async () => {
  const said = await fetch(page.dataset.alive, { cache: "no-store" }).catch(() => undefined);
  if (said?.status !== 410) return;
  clearInterval(watch);
  document.getElementById("ended").hidden = false;
}, 10000);
document.getElementById("again").addEventListener("click", () => location.reload());
