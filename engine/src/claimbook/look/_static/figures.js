/* What a mark of a chart says: its name, value and source. The nearest mark answers to a pointer, a finger or the arrow
   keys; a chart is one stop of Tab. Without a script a pointer finds the same words as titles, and all of them stand in
   the table below the chart. */
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
    const tip = document.createElement("div");
    tip.className = "chart-tip web-only";
    tip.setAttribute("role", "status");
    figure.append(tip);
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

    svg.tabIndex = 0;
    svg.addEventListener("pointermove", (event) => show(nearest(event)));
    svg.addEventListener("pointerdown", (event) => show(nearest(event)));
    svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && show(-1));
    svg.addEventListener("blur", () => show(-1));
    svg.addEventListener("keydown", (event) => {
      const last = marks.length - 1;
      const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
      if (event.key === "Escape") show(-1);
      if (to === undefined) return;
      event.preventDefault();
      show(Math.max(0, Math.min(to, last)));
    });
  }

  document.querySelectorAll("figure.chart").forEach(prepare);
})();
