// <droindex-search>: lists documents as one types, in text nodes alone. See docs/search-box.md.

const STRINGS = {
  hint: "Documents are listed as you type. Use up and down arrows to review and Enter to open.",
  list: "Documents",
  found: (n) => `${n} document${n > 1 ? "s" : ""} found.`,
  none: "No matching results found.",
  all: (n) => `Show all ${n} documents`,
  instead: (text) => `Results for “${text}”`,
  percent: (n) => `${n}%`,
  page: (label) => `p. ${label}`,
  superseded: (title) => `Superseded by ${title}`,
  replaced: (title) => `Likely replaced by ${title}`,
  error: "The list is not available. Press Enter to search.",
};

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host { display: block; position: relative; line-height: 1.4; color: var(--fg);
  --fg: var(--droindex-fg, light-dark(#1b1b1b, #ececec));
  --bg: var(--droindex-bg, light-dark(#fff, #161616));
  --muted: var(--droindex-muted, light-dark(#565656, #b4b4b4));
  --accent: var(--droindex-accent, light-dark(#1b4f8a, #9cc4f2)) }
:host([hidden]), [hidden], p:empty { display: none }
:host(:focus-within) { z-index: 10 }
:host, * { box-sizing: border-box; min-width: 0 }
label { flex: 0 0 100% }
input, select, button, .panel { font: inherit; color: var(--fg); background: var(--bg); border: 1px solid var(--muted); border-radius: 4px }
input, select, button { margin: 0; padding: .5rem .7rem; min-height: 2.75rem }
input { flex: 1 1 12rem }
button { color: var(--bg); background: var(--accent); cursor: pointer }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.panel { position: absolute; inset: 100% 0 auto; margin-top: .3rem; box-shadow: 0 6px 20px #0004 }
.list { overflow: auto; max-height: min(70vh, 36rem) }
a { color: var(--accent) }
p, .option { margin: 0; padding: .5rem .8rem; color: var(--muted) }
form, .option, .facts { display: flex; flex-wrap: wrap; gap: 0 .8rem; overflow-wrap: anywhere }
form { position: relative; width: 100%; gap: .5rem; margin: 0; align-items: center; align-self: start }
.option { text-decoration: none }
.option:hover, [aria-selected=true] { background: color-mix(in srgb, var(--accent) 12%, var(--bg)) }
[aria-selected=true] { outline: 2px solid var(--accent); outline-offset: -2px }
.title, .more { flex: 1; color: var(--accent); font-weight: 600 }
.snippet, .facts { flex: 0 0 100%; font-size: .9em }
.snippet { color: var(--fg); display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden }
.status { border: 1px solid; border-radius: 3px; padding: 0 .35em }
mark { background: color-mix(in srgb, gold 40%, var(--bg)); color: var(--fg) }
.unseen { position: absolute; height: 1px; overflow: hidden; clip-path: inset(50%) }`);

function make(tag, name, values, ...children) {
  const node = Object.assign(document.createElement(tag), { className: name, part: name }, values);
  node.append(...children.filter(Boolean));
  return node;
}

const marked = (segments) => segments.map(([text, hit]) => (hit ? make("mark", "match", {}, text) : text));

// Begins a snippet so that its first match stands in the first line.
function cut(segments, room) {
  const [[lead, hit] = [], ...rest] = segments;
  room = Math.max(8, room - rest[0]?.[0].length);
  return hit || !(lead?.length > room) ? segments : [["…" + lead.slice(-room).replace(/^\S*\s/, "")], ...rest];
}

export class DroindexSearch extends HTMLElement {
  static strings = STRINGS;
  #strings; #answers = new Map(); #rows = []; #active = -1; #timer; #voice; #request;
  #form; #own; #input; #select; #said; #list; #panel; #hint; #status;

  get strings() { return { ...DroindexSearch.strings, ...this.#strings }; }
  set strings(given) { this.#strings = given; if (this.#input) this.#name(); }
  get value() { return this.#input?.value ?? ""; }
  set value(text) { this.#input.value = text; this.#changed(); }
  #get(name, value) { return this.getAttribute(name) ?? value; }
  #find(what) { return this.#form.querySelector(what); }

  connectedCallback() {
    document.addEventListener("keydown", this);
    if (!this.#input && (this.#form = this.querySelector("form"))) this.#build();
    else addEventListener("load", () => this.isConnected && !this.#input && this.connectedCallback(), { once: true });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
    this.close();
  }

  #build() {
    const height = this.offsetHeight, own = this.#own = this.#find("[name=q], [type=search]"), select = this.#find("select");
    const changed = () => this.#changed();
    const input = this.#input = make("input", "input", {
      id: "input", type: "search", role: "combobox", ariaAutoComplete: "list", ariaExpanded: false, ariaKeyShortcuts: "/ Control+K",
      autocomplete: "off", autocapitalize: "off", spellcheck: false, enterKeyHint: "search", maxLength: 512,
      placeholder: own.placeholder, value: own.value,
      onblur: () => this.close(),
      oninput: (event) => event.isComposing || changed(),
      onkeydown: (event) => event.isComposing || event.keyCode === 229 || this.#key(event),
    });
    input.addEventListener("compositionend", changed);
    input.setAttribute("aria-controls", "list");
    input.setAttribute("aria-describedby", "hint");
    this.#select = select && Object.assign(select.cloneNode(true), {
      part: "scope", ariaLabel: select.ariaLabel ?? select.labels[0]?.textContent, value: select.value, onchange: changed,
    });
    const link = this.#find("a[href]")?.cloneNode(true) ?? "";
    this.#said = make("p", "said");
    this.#list = make("div", "list", {
      id: "list", role: "listbox",
      onclick: (event) => {
        const row = this.#rows.find(({ node }) => node.contains(event.target));
        if (row && !this.#chosen(row, event.ctrlKey || event.metaKey)) event.preventDefault();
      },
    });
    this.#panel = make("div", "panel", { hidden: true, onmousedown: (event) => event.preventDefault() }, this.#said, this.#list);
    this.#hint = make("p", "", { id: "hint", hidden: true });
    this.#status = make("div", "unseen", { role: "status" });
    this.#name();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(make("form", "form", {
      role: "search",
      onsubmit: (event) => { event.preventDefault(); this.close(); this.#fill(); this.#form.requestSubmit(); },
    }, make("label", "label", { htmlFor: "input" }, own.labels[0]?.textContent ?? own.ariaLabel), this.#select, input,
    make("button", "button", {}, this.#find("button").textContent), link, this.#panel), this.#hint, this.#status);
    this.style.minHeight = `${height}px`; // nothing below moves
    addEventListener("resize", () => (this.style.minHeight = ""), { once: true });
  }

  #name() {
    this.#hint.textContent = this.strings.hint;
    this.#list.ariaLabel = this.strings.list;
  }

  #changed() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#choose(-1);
    if (this.value.trim().length < this.#get("min", 2)) { this.close(); this.#say(""); }
    else this.#timer = setTimeout(() => this.#ask(), this.#get("debounce", 120));
  }

  async #ask() {
    const url = new URL(this.#get("src"), document.baseURI);
    const values = { q: this.value.trim(), limit: this.#get("limit"), scope: this.#select?.value };
    for (const name in values) if (values[name]) url.searchParams.set(name, values[name]);
    const kept = this.#answers.get(url.href);
    if (kept) return this.#show(kept, url);
    const { signal } = (this.#request = new AbortController());
    let status = 0;
    try {
      const reply = await fetch(url, { signal });
      ({ status } = reply);
      const answer = await reply.json();
      if (signal.aborted) return;
      if (!reply.ok) throw Error(answer.detail);
      this.#answers.set(url.href, answer);
      if (this.#answers.size > this.#get("cache", 50)) this.#answers.clear();
      this.#show(answer, url);
    } catch (error) {
      if (signal.aborted) return;
      const { message } = error;
      this.#fillList(status === 400 ? message : this.strings.error, []);
      this.#fire("error", { status, message });
    }
  }

  #show({ query, total, hits, suggestion, links }, base) {
    const { strings } = this;
    const rows = hits.map((hit) => this.#hit(hit, base, strings));
    const more = (text, url) => rows.push(this.#row(url, base, null, make("span", "more", {}, text)));
    const link = this.#find("a[href]");
    if (total > hits.length) more(strings.all(total), links?.all ?? this.#results());
    if (link) more(link.textContent, link.href);
    this.#fillList(!total ? strings.none : suggestion ? strings.instead(suggestion) : "", rows, total ? strings.found(total) : "");
    this.#fire("results", { query, total, hits });
  }

  #fillList(said, rows, count = "") {
    this.#choose(-1);
    rows.forEach(({ node }, place) => (node.id = `row${place}`));
    this.#rows = rows;
    this.#said.textContent = said;
    this.#list.replaceChildren(...rows.map(({ node }) => node));
    this.#panel.hidden = this.shadowRoot.activeElement !== this.#input;
    this.#list.scrollTop = 0;
    this.#input.ariaExpanded = !this.#panel.hidden && rows.length > 0;
    this.#say(`${said} ${count}`.trim());
  }

  #hit(hit, base, strings) {
    const { title, snippet, relevance, document: record = {} } = hit, after = hit.superseded_by?.[0];
    const status = after ? strings[after.is_inferred ? "replaced" : "superseded"](after.title) : record.status;
    const page = snippet?.page && strings.page(snippet.page_label || snippet.page);
    const shown = hit.cut_title ? [hit.cut_title] : marked(hit.title_segments ?? [[title]]);
    const text = hit.cut_title ? [hit.cut_summary] : marked(cut(snippet?.segments ?? [], this.clientWidth / 8 - 6));
    return this.#row(hit.url, base, hit,
      make("bdi", "title", { title }, ...shown),
      relevance != null && make("span", "percent", {}, strings.percent(relevance)),
      make("bdi", "snippet", { ariaHidden: true }, ...text),
      make("span", "facts", {}, ...[page, record.doc_type, record.issued].map((fact) => fact && make("span", "fact", {}, fact)),
        status && make("bdi", "status", {}, status)));
  }

  #row(address, base, hit, ...children) {
    const node = make("a", "option", { role: "option", tabIndex: -1, ariaSelected: false }, ...children);
    const url = address && URL.parse(address, base);
    if (/^https?:$/.test(url?.protocol)) node.href = url;
    return { hit, url: node.href, node };
  }

  #choose(place) {
    const before = this.#rows[this.#active], node = this.#rows[place]?.node;
    if (before) before.node.ariaSelected = false;
    this.#active = place;
    this.#input.setAttribute("aria-activedescendant", node?.id ?? "");
    if (!node) return;
    node.ariaSelected = true;
    node.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const { key } = event, up = key === "ArrowUp", count = this.#rows.length, active = this.#active;
    const open = !this.#panel.hidden, apart = event.ctrlKey || event.metaKey;
    if (up || key === "ArrowDown") {
      if (!open) this.#changed();
      else if (count) this.#choose(up ? (Math.max(active, 0) || count) - 1 : (active + 1) % count);
    } else if (key === "Escape" && (open || this.value)) {
      if (open) this.close();
      else this.value = "";
    } else if (key === "Enter" && (apart || active >= 0)) {
      const row = this.#rows[active] ?? { url: this.#results() };
      if (row.url && this.#chosen(row, apart)) apart ? window.open(row.url, "_blank", "noopener") : location.assign(row.url);
    } else {
      if (/^(Home|End|Arrow)/.test(key)) this.#choose(-1);
      return;
    }
    event.preventDefault();
  }

  #chosen({ hit, url }, newTab) { return this.#fire("select", { hit, url, newTab }, true); }

  #fill() {
    this.#own.value = this.value.trim();
    if (this.#select) this.#find("select").value = this.#select.value;
  }

  #results() {
    this.#fill();
    return `${this.#form.action.split("?")[0]}?${new URLSearchParams(new FormData(this.#form))}`;
  }

  #say(text) { // after a pause, so that it does not talk into the typing
    clearTimeout(this.#voice);
    this.#voice = setTimeout(() => (this.#status.textContent = text), text && 500);
  }

  #fire(name, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(`droindex:${name}`, { detail, cancelable, bubbles: true, composed: true }));
  }

  focus() { this.#input?.focus(); }

  close() {
    clearTimeout(this.#timer);
    clearTimeout(this.#voice);
    this.#request?.abort();
    if (!this.#input) return;
    this.#choose(-1);
    this.#panel.hidden = true;
    this.#input.ariaExpanded = false;
  }

  handleEvent(event) {
    const key = (event.ctrlKey || event.metaKey ? "mod+" : "") + event.key.toLowerCase();
    const target = event.composedPath()[0];
    if (!this.#get("shortcut", "/ mod+k").split(" ").includes(key) || event.altKey) return;
    if (event.defaultPrevented || "selectionStart" in target || target.isContentEditable) return;
    event.preventDefault();
    this.focus();
  }
}

customElements.get("droindex-search") ?? customElements.define("droindex-search", DroindexSearch);
