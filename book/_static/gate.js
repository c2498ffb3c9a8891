// What the theme leaves open for people who use a keyboard or a screen reader.
"use strict";

// A name that is spoken must contain the words that are seen.
for (const button of document.querySelectorAll(".search-button-field, .theme-switch-button")) {
  button.removeAttribute("aria-label");
  if (!button.textContent.trim()) button.setAttribute("aria-label", "Color mode");
}

// The arrow that opens a part of the contents is named after that part.
for (const arrow of document.querySelectorAll(".bd-links summary")) {
  arrow.setAttribute("aria-label", `Pages of ${arrow.closest("li").querySelector("a").textContent.trim()}`);
}

// Title and search belong to a landmark too.
const sidebar = document.querySelector(".sidebar-primary-items__start");
sidebar?.setAttribute("role", "navigation");
sidebar?.setAttribute("aria-label", "Book");

// A list without list items, as docutils writes it for citations, confuses readers.
for (const list of document.querySelectorAll(".citation-list")) list.removeAttribute("role");

// On a page with a note in the margin and no contents on the right, the theme's script looks in vain
// for the place of the contents, and fails.
if (!document.querySelector(".bd-sidebar-secondary")) {
  const contents = document.createElement("div");
  contents.className = "bd-sidebar-secondary";
  contents.hidden = true;
  document.body.append(contents);
}

// What scrolls sideways or in its own box can be reached by keyboard.
function reachable() {
  const boxes = ".katex-display, pre, .output, .cell_output, .pst-scrollable-table-container, .bd-sidebar-secondary";
  for (const box of document.querySelectorAll(boxes)) {
    const { overflowX, overflowY } = getComputedStyle(box);
    const sideways = box.scrollWidth > box.clientWidth && /auto|scroll/.test(overflowX);
    const down = box.scrollHeight > box.clientHeight && /auto|scroll/.test(overflowY);
    if (sideways || down) box.tabIndex = 0;
  }
}
reachable();
addEventListener("resize", reachable);
addEventListener("toggle", reachable, true);
addEventListener("load", reachable);
document.fonts.addEventListener("loadingdone", reachable);
