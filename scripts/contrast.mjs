#!/usr/bin/env node
// Checks the contrast of every pair of colours that the style puts together, in both schemes (WCAG 2.2: 1.4.3, 1.4.11).
// Reads style/tokens/color.scss; prints each pair, and ends with 1 when one is below its bound.
import { readFileSync } from "node:fs";

const source = readFileSync(new URL("../style/tokens/color.scss", import.meta.url), "utf8");

// A pair of token lists: every colour of the first on every colour of the second.
const grounds = "bg surface sunken accent-soft good-soft warn-soft bad-soft";
const pairs = [
  [4.5, "ink", grounds],
  [4.5, "muted", "bg surface sunken accent-soft"],
  [4.5, "accent", "bg surface sunken accent-soft"],
  [4.5, "accent-strong", "bg surface sunken accent-soft"],
  [4.5, "on-accent", "accent accent-strong"],
  [4.5, "good", "surface good-soft"],
  [4.5, "warn", "surface warn-soft"],
  [4.5, "bad", "bg surface sunken bad-soft"],
  [4.5, "surface", "accent good warn bad"], // the mark in a notice
  [3, "edge", "bg surface sunken"],
  [3, "focus", grounds],
];

function scheme(name) {
  const block = source.match(new RegExp(`@mixin ${name} \\{([^}]*)\\}`))?.[1] ?? "";
  return Object.fromEntries([...block.matchAll(/--([\w-]+): #([0-9a-f]{6});/g)].map(([, token, hex]) => [token, hex]));
}

function luminance(hex) {
  const [r, g, b] = [0, 2, 4].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

let bad = 0;
for (const name of ["light", "dark"]) {
  const colors = scheme(name);
  for (const [bound, fronts, backs] of pairs) {
    for (const front of fronts.split(" ")) {
      for (const back of backs.split(" ")) {
        const known = colors[front] && colors[back];
        const ratio = known ? contrast(colors[front], colors[back]) : 0;
        const fails = ratio < bound;
        if (fails) bad += 1;
        const verdict = known ? (fails ? "TOO LOW" : "ok") : "NO SUCH TOKEN";
        console.log(`${name.padEnd(6)}${front.padEnd(14)} on ${back.padEnd(14)}${ratio.toFixed(2).padStart(6)} (${bound})  ${verdict}`);
      }
    }
  }
}
console.log(bad === 0 ? "contrast: every pair is at or above its bound" : `contrast: ${bad} below the bound`);
process.exit(bad === 0 ? 0 : 1);
