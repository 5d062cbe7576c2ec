// Sends chosen files one by one and says what became of each; without it new cases come by the incoming folder.
"use strict";
(() => {
  const form = document.querySelector("form.upload");
  if (!form) return;
  form.hidden = false;
  const files = form.querySelector("input[type=file]");
  const said = document.querySelector("#uploaded");
  const language = document.documentElement.lang.split("-")[0];
  const words = (told) => {
    const spoken = (told.faults ?? []).map((one) => [one.what[language], one.remedy[language]]);
    return spoken.length ? spoken.flat() : [told.what ?? form.dataset.failed, told.remedy ?? ""];
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.replaceChildren();
    let received = 0;
    for (const [at, file] of [...files.files].entries()) {
      const answer = await fetch(`/api/cases/file?name=${encodeURIComponent(file.name)}`, {
        method: "POST",
        headers: { "X-CSRF-Token": form.dataset.csrf, "Content-Type": "application/octet-stream" },
        body: file,
      }).catch(() => null);
      const told = answer ? await answer.json().catch(() => ({})) : {};
      received += told.received ?? 0;
      if (answer?.ok) continue;
      const line = document.createElement("p");
      line.className = "problem";
      line.textContent = `${at + 1}: ${words(told).join(" ")}`;
      said.append(line);
    }
    if (!said.children.length) location.assign(`/cases?note=received_${received ? "some" : "none"}`);
  });
})();
