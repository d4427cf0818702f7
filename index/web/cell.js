/** From a cell to the atoms and bonds of a picture. Places are Cartesian, in Angstrom. */

import { allMetals, reach } from "./elements.js";

const EDGE = 1e-3;
/** fraction of a cell within which an atom lies on its face, and is drawn on the other one too */
const CLOSE = 0.4;

/** Return a, b, c (Angstrom), alpha, beta, gamma (degrees) and volume of lattice vectors in rows. */
export function lattice(cell) {
  const [a, b, c] = cell.map(length);
  const angle = (u, v) => (Math.acos(dot(u, v) / (length(u) * length(v))) * 180) / Math.PI;
  const [u, v, w] = cell;
  return {
    a, b, c, alpha: angle(v, w), beta: angle(u, w), gamma: angle(u, v),
    volume: Math.abs(dot(u, cross(v, w))),
  };
}

/** Return the Cartesian place of fractional coordinates. */
export function place(cell, frac) {
  return [0, 1, 2].map((i) => frac[0] * cell[0][i] + frac[1] * cell[1][i] + frac[2] * cell[2][i]);
}

/**
 * Repeat a cell n x n x n times.
 * @param {{cell: number[][], sites: {element: string, frac: number[]}[]}} crystal
 * @returns {{atoms: {element: string, at: number[]}[], bonds: number[][], corners: number[][]}}
 */
export function repeated(crystal, n) {
  const atoms = [];
  for (const site of crystal.sites) {
    const frac = site.frac.map((x) => { const y = x - Math.floor(x); return y > 1 - EDGE ? 0 : y; });
    const steps = frac.map((x) => Array.from({ length: n + (x < EDGE ? 1 : 0) }, (_, i) => i));
    for (const i of steps[0]) for (const j of steps[1]) for (const k of steps[2]) {
      const at = place(crystal.cell, [frac[0] + i, frac[1] + j, frac[2] + k]);
      atoms.push({ element: site.element, at });
    }
  }
  return { atoms, bonds: bonded(atoms), corners: corners(crystal.cell, n) };
}

/** Return the edges of a cell that is repeated, as pairs of places. */
export function edges(corner) {
  const pairs = [];
  for (let i = 0; i < 8; i += 1) {
    for (const bit of [1, 2, 4]) if (!(i & bit)) pairs.push([corner[i], corner[i | bit]]);
  }
  return pairs;
}

function corners(cell, n) {
  return Array.from({ length: 8 }, (_, i) => place(cell, [i & 1, (i >> 1) & 1, i >> 2].map((x) => x * n)));
}

/** Return pairs of atoms that are bonded; atoms are sorted into boxes first. */
function bonded(atoms) {
  const symbols = [...new Set(atoms.map((atom) => atom.element))];
  const isMetal = allMetals(symbols);
  const limit = new Map();
  let most = 1;
  for (const a of symbols) for (const b of symbols) {
    const far = reach(a, b, isMetal);
    limit.set(`${a} ${b}`, far);
    most = Math.max(most, far);
  }
  const boxes = new Map();
  const boxOf = (at) => at.map((x) => Math.floor(x / most));
  atoms.forEach((atom, i) => {
    const name = boxOf(atom.at).join();
    if (!boxes.has(name)) boxes.set(name, []);
    boxes.get(name).push(i);
  });
  const found = [];
  atoms.forEach((atom, i) => {
    const [x, y, z] = boxOf(atom.at);
    for (let u = x - 1; u <= x + 1; u += 1) for (let v = y - 1; v <= y + 1; v += 1) {
      for (let w = z - 1; w <= z + 1; w += 1) for (const j of boxes.get(`${u},${v},${w}`) || []) {
        const far = limit.get(`${atom.element} ${atoms[j].element}`);
        if (j <= i || !far) continue;
        const d = length(atom.at.map((value, k) => value - atoms[j].at[k]));
        if (d > CLOSE && d <= far) found.push([i, j]);
      }
    }
  });
  return found;
}

function dot(u, v) {
  return u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
}

function cross(u, v) {
  return [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
}

function length(v) {
  return Math.hypot(...v);
}
