// What if: a reader's choice, or two at once, is looked up in the table that was computed with the verdict.
// Nothing is judged here. The address holds the choice, so that it can be sent.
(() => {
  "use strict";
  const form = document.querySelector("form.what-if");
  if (!form) return;
  const table = JSON.parse(document.getElementById("what-if-table").textContent);
  const SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const lists = [...form.querySelectorAll("select")];
  const [verdict, said, because, strange] =
    [".verdict", ".said", ".because", ".strange"].map(name => form.querySelector(name));
  const MOST = 4;  // lines of what a verdict rests on

  const places = except => lists.filter(list => list !== except && list.value).map(list => Number(list.value));

  // Place of the case among the cases: 0 is the declared one, below 0 says that the choices do not go together.
  const look = chosen => {
    const [a, b] = [...chosen].sort((one, other) => one - other);
    if (chosen.length > 2) return -1;
    if (chosen.length === 2) {
      const [high, low] = table.pairs[a].slice(2 * (b - a - 1));
      return SIGNS.indexOf(high) * SIGNS.length + SIGNS.indexOf(low);
    }
    return chosen.length ? table.singles[a] : 0;
  };

  const show = () => {
    for (const list of lists) {
      const others = places(list);
      for (const option of [...list.options].slice(1)) {
        option.disabled = look([...others, Number(option.value)]) < 0;
      }
    }
    const chosen = places();
    const [found, ...lines] = table.cases[look(chosen)];
    const [word, kind] = table.verdicts[found];
    verdict.className = `verdict verdict-${kind}`;
    verdict.textContent = word;
    const made = chosen.map(place => table.says[place]).join(", and ");
    const declared = found ? `; declared: ${table.verdicts[0][0]}` : "";
    said.textContent = made ? `${made}: ${table.becomes[found]}${declared}.` : "as declared.";
    because.replaceChildren(...rests(lines));
  };

  // What a verdict rests on, with what a choice changed in bold; of many lines those alone.
  const rests = lines => {
    const changed = lines.filter(line => !table.cases[0].slice(1).includes(line));
    const shown = lines.length > MOST ? changed : lines;
    const items = shown.slice(0, MOST).map(line => {
      const item = document.createElement("li");
      item.append(document.createElement(changed.includes(line) ? "strong" : "span"));
      item.firstChild.textContent = table.lines[line];
      return item;
    });
    if (shown.length > MOST) {
      items.push(document.createElement("li"));
      items.at(-1).textContent = `and ${shown.length - MOST} more`;
    }
    return items;
  };

  const clean = text => {
    try {
      text = decodeURIComponent(text);
    } catch {
      // a bare per cent sign, as people type it
    }
    return text.replaceAll("−", "-").replace(/\s/g, "");
  };

  // Lists as the address has them; a piece that no list knows is told, and so is one that does not go with the others.
  const read = () => {
    for (const list of lists) list.value = "";
    const unknown = [];
    for (const piece of location.hash.slice(1).split("&").filter(part => part.includes("="))) {
      const option = lists.flatMap(list => [...list.options]).find(each => each.value && clean(each.dataset.at) === clean(piece));
      const list = option && option.closest("select");
      if (list && look([...places(list), Number(option.value)]) >= 0) list.value = option.value;
      else unknown.push(piece);
    }
    strange.textContent = unknown.length ? `Not among the choices of this claim: ${unknown.join(", ")}.` : "";
    show();
  };

  const write = () => {
    const at = lists.filter(list => list.value).map(list => list.selectedOptions[0].dataset.at);
    history.replaceState(null, "", at.length ? `#${at.join("&")}` : location.pathname + location.search);
    strange.textContent = "";
    show();
  };

  form.addEventListener("change", write);
  form.addEventListener("submit", event => event.preventDefault());
  form.querySelector("button").addEventListener("click", () => {
    for (const list of lists) list.value = "";
    write();
  });
  addEventListener("hashchange", read);
  form.hidden = false;
  document.querySelector("details.every-choice").open = false;
  read();
})();
