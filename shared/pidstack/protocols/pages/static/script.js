// What pages do more with a script than without one: buttons that copy. Everything else is there without it.
"use strict";
for (const source of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy ${source.dataset.copy}`);
  const said = document.createElement("span");
  said.className = "small quiet";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      said.textContent = " Copied";
    } catch {
      said.textContent = " Your browser does not let this page copy";
    }
  });
  source.after(" ", button, said);
}
