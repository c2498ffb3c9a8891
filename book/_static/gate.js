// What the theme leaves open for people who use a keyboard or a screen reader.
"use strict";

// A name that is spoken must contain the words that are seen.
for (const button of document.querySelectorAll(".search-button-field, .theme-switch-button")) {
  button.removeAttribute("aria-label");
  if (!button.textContent.trim()) button.setAttribute("aria-label", "Color mode");
}

// Title and search belong to a landmark too.
const sidebar = document.querySelector(".sidebar-primary-items__start");
sidebar?.setAttribute("role", "navigation");
sidebar?.setAttribute("aria-label", "Book");

// What scrolls sideways or in its own box can be reached by keyboard.
function reachable() {
  const boxes = ".katex-display, pre, .output, .cell_output, .pst-scrollable-table-container, .bd-sidebar-secondary";
  for (const box of document.querySelectorAll(boxes)) {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    const visible = getComputedStyle(box).overflow !== "visible";
    if (scrolls && visible) box.tabIndex = 0;
  }
}
reachable();
addEventListener("resize", reachable);
addEventListener("toggle", reachable, true);
document.fonts?.ready.then(reachable);
