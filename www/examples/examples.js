// Shows a file of an example below the list; without JavaScript its link leads to it.
const name = document.getElementById("source-name");
const text = document.getElementById("source-text");

for (const link of document.querySelectorAll("[data-file]")) {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    name.textContent = link.dataset.file;
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
      text.textContent = await answer.text();
    } catch (cause) {
      text.textContent = `It could not be loaded: ${cause.message}.`;
    }
    document.getElementById("source").hidden = false;
    name.focus();
    name.scrollIntoView({ block: "start" });
  });
}
