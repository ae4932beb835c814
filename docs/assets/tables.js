// A table that is wider than the window scrolls; whoever has no mouse scrolls it by keyboard.
addEventListener("load", () => {
  for (const region of document.querySelectorAll(".md-typeset__scrollwrap")) region.tabIndex = 0;
});
