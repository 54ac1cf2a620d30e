// What if: a reader's choice is looked up in the table that was computed with the verdict.
// Nothing is judged here. The address holds the choice, so that it can be sent.
(() => {
  "use strict";
  const form = document.querySelector("form.what-if");
  if (!form) return;
  const table = JSON.parse(document.getElementById("what-if-table").textContent);
  const lists = [...form.querySelectorAll("select")];
  const [becomes, verdict, said, because, strange] =
    [".becomes", ".verdict", ".said", ".because", ".strange"].map(name => form.querySelector(name));
  const lastList = becomes.previousElementSibling;
  const MOST = 4;  // lines of what a verdict rests on

  const show = () => {
    const list = lists.find(each => each.value);
    const [found, ...lines] = table.cases[list ? table.singles[Number(list.value)] : 0];
    const [word, kind] = table.verdicts[found];
    verdict.className = `verdict verdict-${kind}`;
    verdict.textContent = word;
    const made = list ? table.says[Number(list.value)] : "";
    const declared = found ? `; declared: ${table.verdicts[0][0]}` : "";
    said.textContent = made ? `${made}: ${table.becomes[found]}${declared}.` : "as declared.";
    because.replaceChildren(...rests(lines));
    (list ? list.closest("p") : lastList).after(becomes); // where the reader looks, and over no list
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

  // Leave one list as it is and set all others to what the report declares.
  const declare = except => {
    for (const list of lists) if (list !== except) list.value = "";
  };

  // The list as the address has it. Pieces that no list knows are reported, and so are all after the first choice.
  const read = () => {
    declare();
    const unknown = [];
    for (const piece of location.hash.slice(1).split("&").filter(part => part.includes("="))) {
      const option = lists.flatMap(list => [...list.options]).find(each => each.value && clean(each.dataset.at) === clean(piece));
      if (option && lists.every(list => !list.value)) option.closest("select").value = option.value;
      else unknown.push(piece);
    }
    strange.textContent = unknown.length ? `Left out, because this claim has no such choice or it is the second one: ${unknown.join(", ")}.` : "";
    show();
  };

  const write = () => {
    const list = lists.find(each => each.value);
    history.replaceState(null, "", list ? `#${list.selectedOptions[0].dataset.at}` : location.pathname + location.search);
    strange.textContent = "";
    show();
  };

  form.addEventListener("change", event => {
    declare(event.target);
    write();
  });
  form.addEventListener("submit", event => event.preventDefault());
  form.querySelector("button").addEventListener("click", () => {
    declare();
    write();
  });
  addEventListener("hashchange", read);
  form.hidden = false;
  document.querySelector("details.every-choice").open = false;
  read();
})();
