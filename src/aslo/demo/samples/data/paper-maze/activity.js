"use strict";

const SIDE = 16;
const paper = document.getElementById("paper");
const squares = [];

for (let place = 0; place < SIDE * SIDE; place += 1) {
  const square = document.createElement("button");
  square.addEventListener("click", () => square.classList.toggle("wall"));
  paper.append(square);
  squares.push(square);
}
squares[0].classList.add("start");
squares[SIDE * SIDE - 1].classList.add("goal");

function neighbours(place) {
  const found = [place - SIDE, place + SIDE];
  if (place % SIDE > 0) found.push(place - 1);
  if (place % SIDE < SIDE - 1) found.push(place + 1);
  return found.filter((next) => squares[next] && !squares[next].classList.contains("wall"));
}

function hasWay() {
  const seen = new Set([0]);
  const waiting = [0];
  while (waiting.length > 0) {
    for (const next of neighbours(waiting.pop())) {
      if (!seen.has(next)) {
        seen.add(next);
        waiting.push(next);
      }
    }
  }
  return seen.has(SIDE * SIDE - 1);
}

document.getElementById("test").addEventListener("click", () => {
  document.getElementById("answer").textContent = hasWay() ? "Yes!" : "No way out.";
});
