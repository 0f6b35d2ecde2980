"use strict";
/* Without this script the page is complete; with it tables can be filtered and plots read out. */
for (const table of document.querySelectorAll("table[data-filter]")) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < 8) continue;
  const field = document.createElement("p");
  const label = field.appendChild(document.createElement("label"));
  const input = document.createElement("input");
  const count = document.createElement("output");
  field.className = "filter";
  input.type = "search";
  label.append(`Show only ${table.dataset.filter} with `, input);
  field.append(count);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/);
    const hidden = rows.filter((row) => {
      const text = row.textContent.toLowerCase();
      return (row.hidden = !words.every((word) => text.includes(word)));
    });
    count.value = words.join("") ? `${rows.length - hidden.length} of ${rows.length}` : "";
  });
  table.closest(".scroll").before(field);
}

const between = (share, [from, to, scale]) =>
  scale === "log" ? from * (to / from) ** share : from + share * (to - from);
const short = (value) => String(Number(value.toPrecision(3)));
const scaled = (text) => text.split(" ").map((part) => (Number.isNaN(Number(part)) ? part : Number(part)));

for (const plot of document.querySelectorAll("svg[data-box]")) {
  const [, , width, height] = plot.getAttribute("viewBox").split(" ").map(Number);
  const [left, top, right, bottom] = scaled(plot.dataset.box);
  const x = scaled(plot.dataset.x), y = scaled(plot.dataset.y);
  const readout = document.createElement("span");
  const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  readout.className = "readout";
  readout.ariaHidden = "true"; /* The same numbers are in the text below and in its table. */
  dot.setAttribute("r", "3");
  dot.classList.add("dot");
  let points;
  const all = () => [...plot.querySelectorAll("[data-name]")].flatMap((line) =>
    [...line.querySelectorAll("path")].flatMap((path) =>
      path.hasAttribute("transform") ? [] : [...path.getAttribute("d").matchAll(/(-?[\d.]+) (-?[\d.]+)/g)]
        .map(([, px, py]) => ({ px: Number(px), py: Number(py), name: line.dataset.name }))));
  plot.addEventListener("pointermove", (event) => {
    points ??= all();
    const box = plot.getBoundingClientRect();
    const atX = (event.clientX - box.left) / box.width * width, atY = (event.clientY - box.top) / box.height * height;
    let nearest, least = Infinity;
    for (const point of points) {
      const distance = (point.px - atX) ** 2 + ((point.py - atY) / 3) ** 2;
      if (distance < least) [nearest, least] = [point, distance];
    }
    if (!nearest) return;
    const shareX = (nearest.px / width - left) / (right - left);
    const shareY = (bottom - nearest.py / height) / (bottom - top);
    readout.textContent = `${nearest.name}: ${short(between(shareY, y))} at ${short(between(shareX, x))}`;
    dot.setAttribute("cx", nearest.px);
    dot.setAttribute("cy", nearest.py);
    if (!readout.isConnected) {
      plot.parentElement.querySelector("figcaption").append(" ", readout);
      plot.append(dot);
    }
  });
  plot.addEventListener("pointerleave", () => { readout.remove(); dot.remove(); });
}
addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
