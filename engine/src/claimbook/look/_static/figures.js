/* What a mark of a chart says: its name, value and source. The nearest mark answers to a pointer or a finger. A slider
   goes from mark to mark: the browser knows its keys, and readers of the screen know what it is and say where it stands.
   Without a script a pointer finds the same words as titles, and all of them stand in the table below the chart. */
(() => {
  "use strict";
  const REACH = 28; // pixels from a pointer to a mark

  function prepare(figure) {
    const svg = figure.querySelector(":scope > svg");
    const marks = [...figure.querySelectorAll(":scope > svg .marks circle")];
    if (!marks.length) return;
    const says = marks.map((mark) => mark.textContent);
    const places = marks.map((mark) => [mark.cx.baseVal.value, mark.cy.baseVal.value]);
    for (const mark of marks) mark.replaceChildren(); // the browser would show its title too
    const slider = document.createElement("input"), tip = document.createElement("div");
    Object.assign(slider, { type: "range", className: "chart-values web-only", min: 0, max: marks.length - 1, value: 0 });
    slider.setAttribute("aria-label", "The values of this chart, one by one");
    tip.className = "chart-tip web-only";
    tip.setAttribute("aria-hidden", "true"); // the slider says the same
    svg.after(slider, tip);
    let at = -1;

    function show(number) {
      if (number === at) return;
      if (at >= 0) marks[at].classList.remove("at");
      at = number;
      if (at < 0) return void tip.replaceChildren();
      marks[at].classList.add("at");
      tip.textContent = says[at];
      const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
      const [x, y] = places[at].map((value) => value * scale);
      const left = Math.max(0, Math.min(x - tip.offsetWidth / 2, figure.clientWidth - tip.offsetWidth));
      const above = y - tip.offsetHeight - 12;
      tip.style.left = `${left}px`;
      tip.style.top = `${box.top - figure.getBoundingClientRect().top}px`;
      tip.style.transform = `translateY(${above > 0 ? above : y + 12}px)`;
    }

    function nearest({ clientX, clientY }) {
      const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
      const far = places.map(([x, y]) => Math.hypot(x * scale - clientX + box.left, y * scale - clientY + box.top));
      const least = Math.min(...far);
      return least < REACH ? far.indexOf(least) : -1;
    }

    function name(number) {
      slider.setAttribute("aria-valuetext", `${number + 1} of ${says.length}: ${says[number]}`);
    }

    function choose() {
      name(slider.valueAsNumber);
      show(slider.valueAsNumber);
      tip.scrollIntoView({ block: "nearest" });
    }

    name(0);
    svg.addEventListener("pointermove", (event) => show(nearest(event)));
    svg.addEventListener("pointerdown", (event) => show(nearest(event)));
    svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && show(-1));
    slider.addEventListener("focus", choose);
    slider.addEventListener("input", choose);
    slider.addEventListener("blur", () => show(-1));
    slider.addEventListener("keydown", (event) => event.key === "Escape" && show(-1));
  }

  document.querySelectorAll("figure.chart").forEach(prepare);
})();
