/* The card of a computed number: what it is, how it was made, where it stands. Opens on hover, focus, click and tap;
   Escape, a tap elsewhere and moving on close it. It stands after its number in the order of reading: Tab leads into it,
   and Enter. */
(() => {
  "use strict";
  const block = document.getElementById("numbers");
  if (!block || !HTMLElement.prototype.showPopover) return; // the link with its title does without
  const { numbers, sources, series, report, place: here } = JSON.parse(block.textContent);
  const GAP = 8, EDGE = 8, OPEN_AFTER = 120, CLOSE_AFTER = 250; // pixels, milliseconds
  let open = null; // {link, card}
  let timer = 0;
  let touched = false; // whether the last press came from a finger

  const element = (tag, className, ...children) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children.filter((child) => child !== ""));
    return made;
  };

  const line = (name, ...value) => element("span", "number-line", element("span", "number-name", name), element("span", "", ...value));

  function placeLine(place, page) {
    const source = sources[place.source];
    if (!source) return "";
    const link = element("a", "", source.title);
    link.href = `${page}#${place.anchor}`;
    const about = [source.by, source.published, place.where].filter(Boolean).join(" · ");
    const quoted = place.words.map((words) => element("q", "number-about", words));
    return element("span", "number-place", link, element("span", "number-about", `Grade ${source.grade} · ${about}`), ...quoted);
  }

  /* "Public libraries: 46 (30 November 2023; who published it; this report, its edition and address)". */
  function citation(link, number, what) {
    const behind = number.places.map((place) => sources[place.source]).filter(Boolean);
    const origins = [...new Set(behind.map((source) => `${source.by}, “${source.title}”`))].slice(0, 2);
    const published = number.made === "published"; // of one that is not, its making says more than what went in
    const said = link.textContent, value = said.includes(number.unit) ? said : `${said} ${number.unit}`;
    const where = `${report}, ${here}#number-${link.dataset.number}`;
    const beside = [number.period, published ? "" : number.made, ...origins, where].filter(Boolean).join("; ");
    return `${published && what ? `${what}: ` : ""}${value} (${beside})`;
  }

  /* Only spans, links and a button: the card stands inside a paragraph. */
  function build(link, number, id) {
    const page = link.getAttribute("href").split("#")[0];
    const kinds = [...new Set(number.places.map((place) => series[place.series]).filter(Boolean))];
    const what = kinds.slice(0, 2).join("; ") + (kinds.length > 2 ? " and others" : "");
    const facts = element("span", "number-facts",
      what ? element("span", "number-what", what) : "",
      line("Value", number.value),
      number.period ? line("Period", number.period) : "",
      line("How", number.made === "published" ? "as published" : number.made));
    facts.id = `${id}-facts`;
    const card = element("span", "number-card", facts, ...number.places.map((place) => placeLine(place, page)));
    if (number.more) card.append(element("span", "number-about", `and ${number.more} more on the Evidence page`));
    const row = element("a", "number-evidence", "Its rows on the Evidence page");
    row.href = link.getAttribute("href");
    const copy = element("button", "copy", "Copy with citation");
    copy.type = "button";
    copy.setAttribute("aria-live", "polite");
    copy.dataset.copy = citation(link, number, what);
    card.append(row, copy);
    card.id = id;
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-label", `About the number ${link.textContent}`);
    card.popover = "manual";
    return card;
  }

  /* Below the line of the number, else above it; never over it, never outside the window. */
  function place({ link, card }) {
    const rects = [...link.getClientRects()];
    const first = rects[0], last = rects[rects.length - 1];
    const width = document.documentElement.clientWidth, height = window.innerHeight;
    const below = height - last.bottom - GAP - EDGE, above = first.top - GAP - EDGE;
    card.style.maxHeight = "";
    const wanted = card.scrollHeight + 2;
    const up = wanted > below && above > below;
    card.style.maxHeight = `${Math.max(80, up ? above : below)}px`;
    const size = card.getBoundingClientRect();
    card.style.left = `${Math.max(EDGE, Math.min(first.left, width - size.width - EDGE))}px`;
    card.style.top = up ? `${first.top - GAP - size.height}px` : `${last.bottom + GAP}px`;
    if (last.bottom < 0 || first.top > height) hide();
  }

  function show(link) {
    clearTimeout(timer);
    if (open && open.link === link) return;
    hide();
    const card = build(link, numbers[link.dataset.number], "number-card");
    link.after(card);
    link.setAttribute("aria-expanded", "true");
    link.setAttribute("aria-describedby", `${card.id}-facts`);
    card.showPopover();
    open = { link, card };
    place(open);
  }

  function hide() {
    clearTimeout(timer);
    if (!open) return;
    const { link, card } = open;
    open = null;
    card.remove();
    link.setAttribute("aria-expanded", "false");
    link.removeAttribute("aria-describedby");
  }

  const later = (what, after) => { clearTimeout(timer); timer = setTimeout(what, after); };
  const inside = (node) => open && node instanceof Node && (open.link.contains(node) || open.card.contains(node));
  const busy = () => open && (inside(document.activeElement) || open.card.matches(":hover") || open.link.matches(":hover"));

  for (const link of document.querySelectorAll("a.stat[data-number]")) {
    if (!numbers[link.dataset.number]) continue;
    link.removeAttribute("title"); // the card says it all
    link.setAttribute("aria-haspopup", "dialog");
    link.setAttribute("aria-expanded", "false");
    link.addEventListener("mouseenter", () => { if (!touched) later(() => show(link), OPEN_AFTER); });
    link.addEventListener("mouseleave", () => later(() => { if (!busy()) hide(); }, CLOSE_AFTER));
    link.addEventListener("focus", () => { if (!touched) show(link); });
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // to the evidence, in a tab of its own
      event.preventDefault();
      show(link);
      if (event.detail === 0) open.card.querySelector("a").focus(); // Enter, or a reader of screens
    });
  }
  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    if (open && !inside(event.target)) hide();
  });
  document.addEventListener("mouseout", (event) => {
    if (open && open.card.contains(event.target)) later(() => { if (!busy()) hide(); }, CLOSE_AFTER);
  });
  document.addEventListener("focusin", (event) => { if (open && !inside(event.target)) hide(); });
  document.addEventListener("keydown", (event) => {
    touched = false;
    if (event.key !== "Escape" || !open) return;
    const { link, card } = open;
    const back = card.contains(document.activeElement);
    hide();
    if (back) { link.focus(); hide(); } // focus opens the card again: Escape means to be rid of it
  });
  for (const change of ["scroll", "resize"]) window.addEventListener(change, () => open && place(open), { passive: true, capture: true });
})();
