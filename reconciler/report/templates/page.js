"use strict";
(() => {
  const many = 12;
  const one = (selector) => document.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const html = document.documentElement;

  // Light and dark: the system's choice, until the reader makes one, which all pages of a site keep.
  const theme = one("#theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (html.dataset.theme ? html.dataset.theme === "dark" : system.matches);
  const kept = (value) => {
    try {
      if (value) localStorage.setItem("reconciler-theme", value);
      return localStorage.getItem("reconciler-theme");
    } catch {
      return null;
    }
  };
  const showTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  if (["dark", "light"].includes(kept())) html.dataset.theme = kept();
  theme.addEventListener("click", () => {
    html.dataset.theme = isDark() ? "light" : "dark";
    kept(html.dataset.theme);
    showTheme();
  });
  system.addEventListener("change", showTheme);
  theme.hidden = false;
  showTheme();

  // On paper everything is unfolded, and afterwards as it was.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    folded.forEach((each) => { each.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((each) => { each.open = false; }));

  const controls = one(".controls");
  if (!controls) return;
  const text = one("#text");
  const tenant = one("#tenant");
  const words = (value) => value.toLowerCase().split(/\s+/).filter(Boolean);
  const sections = all("details.tenant").map((element) => {
    const title = all("h2, .state", element).map((part) => part.textContent).join(" ").toLowerCase();
    const above = (row) => row.closest("table").caption.firstChild.textContent.toLowerCase();
    return {
      element,
      title,
      names: (element.dataset.tenants || "").split(" "),
      tables: all("table.entries", element),
      entries: all("tr.entry", element).map((row) => ({
        row,
        tags: row.dataset.tags.split(" "),
        text: `${title} ${above(row)} ${row.textContent.toLowerCase()}`,
      })),
    };
  });
  const rows = all("tr[data-tenant]").map((row) => ({
    row,
    name: row.dataset.tenant,
    tags: row.dataset.tags.split(" "),
    text: `${row.cells[0].textContent} ${row.cells[1].textContent}`.toLowerCase(),
  }));
  const tiles = all("li[data-tag]").filter((tile) => tile.dataset.tag).map((tile) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...tile.childNodes);
    button.setAttribute("aria-pressed", "false");
    tile.append(button);
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      apply();
    });
    return { tag: tile.dataset.tag, button };
  });
  const isPressed = (tile) => tile.button.getAttribute("aria-pressed") === "true";
  const pressed = () => tiles.filter(isPressed).map((tile) => tile.tag);

  // A section may speak for several tenants: each of them is found by its own name, and counts by itself.
  function apply(remember = true) {
    const tags = pressed();
    const wanted = words(text.value);
    const name = tenant ? tenant.value : "";
    const active = Boolean(tags.length || wanted.length || name);
    const hasTag = (its) => !tags.length || tags.some((tag) => its.includes(tag));
    const found = (section, told) => section.names.filter(
      (each) => (!name || each === name) && wanted.every((word) => told.includes(word) || each.includes(word)));
    const named = new Set();
    let shown = 0;
    let total = 0;
    let visible = 0;
    for (const section of sections) {
      const here = new Set(tags.length ? [] : found(section, section.title));
      for (const entry of section.entries) {
        const mine = hasTag(entry.tags) ? found(section, entry.text) : [];
        entry.row.hidden = !mine.length;
        shown += mine.length;
        total += section.names.length;
        mine.forEach((each) => here.add(each));
      }
      for (const table of section.tables) table.hidden = all("tr.entry", table).every((row) => row.hidden);
      section.element.hidden = !here.size;
      visible += here.size ? 1 : 0;
      here.forEach((each) => named.add(each));
    }
    let listed = 0;
    for (const each of rows) {
      const told = named.has(each.name) || wanted.every((word) => each.text.includes(word));
      each.row.hidden = !(hasTag(each.tags) && told && (!name || each.name === name));
      listed += each.row.hidden ? 0 : 1;
    }
    if (active && visible <= many) sections.forEach((each) => { each.element.open ||= !each.element.hidden; });
    const parts = total && (shown || !listed) ? [`${shown} of ${total} entries`] : [];
    if (rows.length) parts.push(`${listed} of ${rows.length} tenants`);
    one("#count").textContent = active ? `Shows ${parts.join(", ")}.` : "";
    one("#nothing").hidden = !active || visible + listed > 0;
    one("#clear").disabled = !active;
    controls.classList.toggle("active", active);
    if (remember) keep(tags, active);
  }

  // The filter stands in the address, so that it can be sent to somebody.
  function keep(tags, active) {
    const query = new URLSearchParams();
    if (tags.length) query.set("show", tags.join(" "));
    if (text.value) query.set("text", text.value);
    if (tenant && tenant.value) query.set("tenant", tenant.value);
    try {
      history.replaceState(null, "", active ? `#?${query}` : location.pathname + location.search);
    } catch {
      // A file that may not change its address is filtered all the same.
    }
  }
  function recall() {
    if (location.hash && !location.hash.startsWith("#?")) {
      const target = sections.find((section) => `#${section.element.id}` === location.hash);
      if (target) {
        target.element.open = true;
        target.element.scrollIntoView();
      }
      return;
    }
    const query = new URLSearchParams(location.hash.slice(2));
    const tags = (query.get("show") || "").split(" ");
    tiles.forEach((tile) => tile.button.setAttribute("aria-pressed", String(tags.includes(tile.tag))));
    text.value = query.get("text") || "";
    if (tenant) tenant.value = query.get("tenant") || "";
    if (tenant && tenant.selectedIndex < 0) tenant.value = "";
    apply(false);
  }
  function clear() {
    tiles.forEach((tile) => tile.button.setAttribute("aria-pressed", "false"));
    text.value = "";
    if (tenant) tenant.value = "";
    apply();
    text.focus();
  }

  const fold = one("#fold");
  const showFold = () => {
    const open = sections.some((section) => section.element.open);
    fold.textContent = open ? "Fold all" : "Unfold all";
    fold.hidden = sections.length < 2;
  };
  fold.addEventListener("click", () => {
    const open = !sections.some((section) => section.element.open);
    sections.forEach((section) => { section.element.open = open; });
    showFold();
  });
  let waiting = 0;
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  if (tenant) tenant.addEventListener("change", () => apply());
  one("#clear").addEventListener("click", clear);
  controls.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && controls.classList.contains("active")) {
      event.preventDefault();
      clear();
    }
  });
  addEventListener("hashchange", recall);
  if (sections.length > many) sections.forEach((section) => { section.element.open = false; });
  sections.forEach((section) => section.element.addEventListener("toggle", showFold));
  controls.hidden = false;
  showFold();
  apply(false);
  recall();
})();
