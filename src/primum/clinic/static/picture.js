// Looks at pictures without asking for a new page: slices, black and white, closer, marks. All but the last two work without it.
"use strict";
(() => {
  const STEP = 1.25;
  const CLOSEST = 16;
  const PAUSE = 120;
  const within = (value, low, high) => Math.min(Math.max(value, low), high);

  for (const picture of document.querySelectorAll(".picture")) {
    const one = (selector) => picture.querySelector(selector);
    const all = (selector) => [...picture.querySelectorAll(selector)];
    const low = one("[name=low]");
    const high = one("[name=high]");
    const fade = one(".fade");
    for (const each of all(".scripted")) each.hidden = false;
    one(".plain-show").hidden = true;

    const planes = all(".plane").map((figure) => {
      const svg = figure.querySelector("svg");
      const [x, y, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
      return {
        figure,
        svg,
        image: svg.querySelector("image"),
        slider: figure.querySelector(".slider input"),
        whole: { x, y, width, height },
        seen: { x, y, width, height },
      };
    });

    let waiting;
    const draw = (plane) => {
      const address = new URL(plane.image.getAttribute("href"), location.href);
      address.searchParams.set("low", low.value);
      address.searchParams.set("high", high.value);
      if (plane.slider) address.searchParams.set(plane.figure.dataset.plane, plane.slider.value);
      plane.image.setAttribute("href", address.pathname + address.search);
    };
    const drawAll = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => planes.forEach(draw), PAUSE);
    };

    const slide = (plane, by) => {
      if (!plane.slider) return;
      plane.slider.value = Number(plane.slider.value) + by;
      turn(plane);
    };
    const turn = (plane) => {
      const at = Number(plane.slider.value);
      plane.figure.querySelector("output").textContent = at + 1;
      for (const cell of plane.svg.querySelectorAll(".heat > g")) {
        cell.classList.toggle("off", at < Number(cell.dataset.from) || at > Number(cell.dataset.to));
      }
      clearTimeout(plane.waiting);
      plane.waiting = setTimeout(() => draw(plane), PAUSE / 4);
    };

    const look = (plane) => {
      const { x, y, width, height } = plane.seen;
      plane.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    };
    const move = (plane, across, down) => {
      const { seen, whole } = plane;
      seen.x = within(seen.x + across * seen.width, whole.x, whole.x + whole.width - seen.width);
      seen.y = within(seen.y + down * seen.height, whole.y, whole.y + whole.height - seen.height);
      look(plane);
    };
    const zoom = (plane, direction) => {
      const { seen, whole } = plane;
      const factor = direction > 0 ? 1 / STEP : STEP;
      const share = direction ? within((seen.width / whole.width) * factor, 1 / CLOSEST, 1) : 1;
      const [width, height] = [whole.width * share, whole.height * share];
      seen.x += (seen.width - width) / 2;
      seen.y += (seen.height - height) / 2;
      seen.width = width;
      seen.height = height;
      move(plane, 0, 0);
    };

    const dim = () => planes.forEach(({ svg }) => svg.querySelector(".heat").setAttribute("opacity", fade.value / 100));
    const brighten = (shift, stretch) => {
      const span = Number(picture.dataset.high) - Number(picture.dataset.low);
      const middle = (Number(low.value) + Number(high.value)) / 2 + shift * span;
      const half = Math.max(((Number(high.value) - Number(low.value)) / 2) * (1 + stretch), span / 1000);
      low.value = Number((middle - half).toPrecision(5));
      high.value = Number((middle + half).toPrecision(5));
      drawAll();
    };

    for (const plane of planes) {
      const keys = {
        ArrowUp: () => slide(plane, 1),
        ArrowDown: () => slide(plane, -1),
        "+": () => zoom(plane, 1),
        "=": () => zoom(plane, 1),
        "-": () => zoom(plane, -1),
        0: () => zoom(plane, 0),
        "[": () => fade && ((fade.value = Number(fade.value) - 10), dim()),
        "]": () => fade && ((fade.value = Number(fade.value) + 10), dim()),
      };
      plane.svg.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
        keys[event.key]();
        event.preventDefault();
        event.stopPropagation();
      });
      plane.svg.addEventListener("pointerdown", (event) => {
        plane.svg.setPointerCapture(event.pointerId);
        plane.from = [event.clientX, event.clientY];
      });
      plane.svg.addEventListener("pointermove", (event) => {
        if (!plane.from) return;
        const across = (event.clientX - plane.from[0]) / plane.svg.clientWidth;
        const down = (event.clientY - plane.from[1]) / plane.svg.clientHeight;
        plane.from = [event.clientX, event.clientY];
        if (event.shiftKey) move(plane, -across, -down);
        else brighten(down, across);
      });
      const release = () => (plane.from = null);
      plane.svg.addEventListener("pointerup", release);
      plane.svg.addEventListener("pointercancel", release);
      plane.slider?.addEventListener("input", () => turn(plane));
    }

    for (const button of all("[data-zoom]")) {
      button.addEventListener("click", () => planes.forEach((plane) => zoom(plane, Number(button.dataset.zoom))));
    }
    for (const field of [low, high]) field.addEventListener("change", drawAll);
    one("form").addEventListener("submit", (event) => {
      event.preventDefault();
      drawAll();
    });
    fade?.addEventListener("input", dim);
    if (fade) dim();
  }
})();
