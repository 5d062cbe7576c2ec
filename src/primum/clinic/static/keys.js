// Keys for people who do not want to reach for the mouse, and a warning before log-off. All else works without it.
"use strict";
(() => {
  const SWITCH = "primum-keys";
  const isOn = () => localStorage.getItem(SWITCH) !== "off";
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // A person can switch single keys off: speech input would trip over them (WCAG 2.1.4).
  const box = one("#keys-on");
  if (box) {
    box.parentElement.hidden = false;
    box.checked = isOn();
    box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
  }

  const move = (by) => {
    const cases = all("a.case");
    if (!cases.length) return;
    const at = cases.indexOf(document.activeElement);
    const to = at < 0 ? (by > 0 ? 0 : cases.length - 1) : Math.min(Math.max(at + by, 0), cases.length - 1);
    cases[to].focus();
  };

  // Digits choose within the first question that is unanswered, then within the last.
  const choose = (digit) => {
    const sets = all(".work form.card fieldset");
    const set = sets.find((each) => !each.querySelector("input:checked")) ?? sets.at(-1);
    const input = set?.querySelectorAll("input[type=radio]")[digit - 1];
    if (!input) return;
    input.checked = true;
    input.focus();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const follow = (selector) => one(selector)?.click();

  document.addEventListener("keydown", (event) => {
    if (one("dialog[open]")) return;
    const typing = event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !isOn()) return;
    const actions = {
      j: () => move(1),
      k: () => move(-1),
      "/": () => one("#number")?.focus(),
      n: () => follow("#next"),
      u: () => one(".work") && follow('header a[href="/cases"]'),
    };
    if (/^[1-9]$/.test(event.key)) choose(Number(event.key));
    else if (actions[event.key]) actions[event.key]();
    else return;
    event.preventDefault();
  });

  // Ask for the reason at once where the answer needs one; the server asks again in any case.
  const own = one("form.decide")?.dataset.own;
  document.addEventListener("change", (event) => {
    if (event.target.name !== "verdict") return;
    const [action, chosen] = event.target.value.split(":");
    one("form.decide #reason").required = action === "change" || action === "reject" || chosen !== own;
  });

  // Who is idle is warned a minute before the log-off and can stay; to type counts as something done (WCAG 2.2.1).
  const dialog = one("#idle");
  if (dialog) {
    const WARNING = 60_000;
    const seconds = Number(dialog.dataset.seconds);
    let warn;
    let leave;
    let asked = Date.now();
    const wait = () => {
      clearTimeout(warn);
      clearTimeout(leave);
      warn = setTimeout(() => dialog.showModal(), Math.max(seconds * 1000 - WARNING, 1000));
      leave = setTimeout(() => location.assign("/sign-in?idle=1"), seconds * 1000);
    };
    const stay = async () => {
      asked = Date.now();
      clearTimeout(leave); // who answers in the last second is not thrown out while the answer is on its way
      const answer = await fetch("/stay", { redirect: "manual" }).catch(() => null);
      if (answer?.status === 204) wait();
      else location.assign("/sign-in?idle=1");
    };
    dialog.addEventListener("close", stay);
    document.addEventListener("input", () => Date.now() - asked > WARNING && stay());
    document.addEventListener("htmx:after:swap", wait);
    wait();
  }

  one("#problem")?.focus();
})();
