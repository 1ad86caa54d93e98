// Opens the browser's own dialogue where somebody asks to print a page. Without scripts, the link
// leads to the page as it is printed.
for (const link of document.querySelectorAll("[data-print]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    print();
  });
}
