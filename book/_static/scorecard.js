// Filters and orders of the scorecard. The table is whole without this script; the choice stands in the address.
"use strict";
for (const card of document.querySelectorAll(".scorecard")) {
  const bodies = [...card.querySelectorAll("tbody")];
  const home = new Map(bodies.flatMap((body) => [...body.rows].map((row) => [row, body])));
  const rows = [...home.keys()];
  const folded = card.querySelector("details.folded");
  const form = card.querySelector("form.controls");
  const none = card.querySelector(".none");
  const { section, order } = form.elements;
  let group = "";

  // what was a line of the summary becomes a button
  const buttons = [...card.querySelectorAll("li[data-group]")].map((line) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "choice";
    button.append(...line.querySelector(".choice").childNodes);
    line.replaceChildren(button);
    button.addEventListener("click", () => {
      group = group === line.dataset.group ? "" : line.dataset.group;
      show();
    });
    return { button, group: line.dataset.group };
  });

  function show() {
    const key = order.value;
    const rank = (row) => Number(row.dataset[key]);
    rows.sort((a, b) => rank(a) - rank(b) || a.dataset.place - b.dataset.place);
    // what is folded comes out as soon as a choice is made, since it may be what fits
    const chosen = Boolean(group || section.value || order.selectedIndex > 0);
    for (const row of rows) (chosen ? bodies[0] : home.get(row)).append(row);
    if (folded) folded.hidden = chosen;
    let shown = 0;
    for (const row of rows) {
      row.hidden = Boolean((group && row.dataset.group !== group) || (section.value && row.dataset.section !== section.value));
      shown += !row.hidden;
    }
    for (const one of buttons) one.button.setAttribute("aria-pressed", String(one.group === group));
    none.hidden = shown > 0;
    form.querySelector("output").textContent = `${shown} of ${rows.length} claims`;
    const choice = new URLSearchParams();
    if (group) choice.set("verdict", group);
    if (section.value) choice.set("section", section.value);
    if (order.selectedIndex > 0) choice.set("order", order.value);
    const query = choice.toString();
    history.replaceState(null, "", location.pathname + (query ? `?${query}` : "") + location.hash);
  }

  const asked = new URLSearchParams(location.search);
  const has = (list, value) => [...list].some((item) => item === value);
  if (has(buttons.map((b) => b.group), asked.get("verdict"))) group = asked.get("verdict");
  if (has([...section.options].map((o) => o.value), asked.get("section"))) section.value = asked.get("section");
  if (has([...order.options].map((o) => o.value), asked.get("order"))) order.value = asked.get("order");
  section.addEventListener("change", show);
  order.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    group = "";
    setTimeout(show);
  });
  form.hidden = false;
  show();
}
