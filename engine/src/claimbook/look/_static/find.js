/* What one types into a search field is looked up in a list of numbers, claims, charts and terms (find_list.js), and
   shown below the field, above what Sphinx finds in the pages. The list is a script, which a page from a file may load. */
(() => {
  "use strict";
  const root = document.documentElement.dataset.content_root;
  const MOST = 8, MOST_ON_PAGE = 40; // shown below the field of a dialog, and on the page of results
  let list; // a promise of the entries

  /* One form of a text: no case, no commas in numbers, and a percent sign at its number. */
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/(?<=\d),(?=\d{3})/g, "")
    .replace(/(?<=\d)\s*(%|per ?cent\b)/g, "%");

  function load() {
    list ??= new Promise((done) => {
      const script = document.createElement("script");
      script.src = `${root}_static/find_list.js`;
      script.onload = () => done(window.findList.map(([kind, name, says, place, more]) => (
        { kind, name, says, place, head: plain(name), body: plain(`${name} ${says}`), all: plain(`${name} ${says} ${more}`) })));
      document.head.append(script);
    });
    return list;
  }

  /* A number is found whole, a word by its beginning (of its singular), Chinese anywhere. */
  function pattern(term) {
    const said = term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    if (/^\d/.test(term)) return new RegExp(`(?<![\\d.])${said}(?![\\d]|\\.\\d)`);
    if (/^\p{Script=Han}/u.test(term)) return new RegExp(said);
    return new RegExp(`(?<![\\p{L}\\d])${said.replace(/(?<=...)s$/, "")}`, "u");
  }

  function search(entries, query) {
    const words = plain(query).trim(), patterns = words.split(/\s+/).map(pattern);
    const phrase = pattern(words);
    const rank = ({ head, body, all }) => {
      if (head === words) return 0;
      if (phrase.test(head)) return 1;
      if (patterns.every((one) => one.test(head))) return 2;
      if (phrase.test(body)) return 3;
      if (phrase.test(all)) return 4;
      if (patterns.every((one) => one.test(body))) return 5;
      return patterns.every((one) => one.test(all)) ? 6 : 7;
    };
    return entries.map((entry) => [rank(entry), entry]).filter(([n]) => n < 7).sort(([a], [b]) => a - b).map(([, entry]) => entry);
  }

  const element = (tag, className, ...children) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children);
    return made;
  };

  function row({ kind, name, says, place }) {
    const link = element("a", "", element("small", "", kind), " ", element("strong", "", name), " ", element("span", "", says));
    link.href = root + place;
    return element("li", "", link);
  }

  function serve(form) {
    const field = form.querySelector("input[name=q]"), alone = !form.closest("dialog");
    const status = element("p", "found-count");
    status.setAttribute("role", "status");
    const rows = element("ul", "");
    const box = element("section", "found", status, rows);
    box.setAttribute("aria-label", "Numbers, claims, charts, terms and headings");
    form.after(box);

    async function show() {
      const query = field.value.trim();
      const entries = query ? await load() : [];
      if (query !== field.value.trim()) return; // one types on
      const found = query ? search(entries, query) : [], most = alone ? MOST_ON_PAGE : MOST;
      rows.replaceChildren(...found.slice(0, most).map(row));
      const more = found.length > most ? `, the first ${most} shown` : "";
      status.textContent = query ? `${found.length} among numbers, claims, charts, terms and headings${more}` : "";
      if (query && !alone) status.textContent += ". Enter searches the pages.";
      box.hidden = !query;
    }

    box.hidden = true;
    field.addEventListener("input", show);
    field.addEventListener("focus", load);
    form.parentElement.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const stops = [field, ...rows.querySelectorAll("a")], at = stops.indexOf(document.activeElement);
      if (!step || at < 0 || !stops[at + step]) return;
      event.preventDefault();
      stops[at + step].focus();
    });
    if (alone) { // the page of results, whose address has what was asked
      field.value = new URLSearchParams(location.search).get("q") ?? "";
      show();
    }
  }

  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false; // Sphinx would fetch each page
  document.querySelectorAll("form.bd-search").forEach(serve);
})();
