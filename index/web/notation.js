/** Formulas, space groups and numbers, set as they are printed. */

import { el } from "./dom.js";

/** name -> [label, unit]: what `clac.properties` knows, and numbers that follow from a cell. */
export const NUMBERS = {
  band_gap: ["band gap", "eV"],
  formation_energy: ["formation energy", "eV/atom"],
  energy_above_hull: ["energy above hull", "eV/atom"],
  fermi_energy: ["Fermi energy", "eV"],
  bulk_modulus: ["bulk modulus", "GPa"],
  shear_modulus: ["shear modulus", "GPa"],
  elastic_anisotropy: ["elastic anisotropy", ""],
  poisson_ratio: ["Poisson ratio", ""],
  refractive_index: ["refractive index", ""],
  dielectric_electronic: ["electronic dielectric constant", ""],
  dielectric_total: ["dielectric constant", ""],
  piezoelectric: ["piezoelectric modulus", "C/m^2"],
};

/** what a cell itself says; units as in the filters */
export const CELL_NUMBERS = {
  density: ["density", "g/cm^3"],
  volume_per_atom: ["volume per atom", "Å^3"],
  n_atoms: ["atoms in the primitive cell", ""],
  nelements: ["elements", ""],
};

/** columns that say again what the atoms say */
const SAID = new Set(["n_atoms", "nelements", "space_group", "space_group_number"]);

const COLUMNS = {
  formation_energy_mp_2020: "formation_energy", formation_energy_megnet_2018: "formation_energy",
  band_gap_mp_2020: "band_gap", band_gap_megnet_2018: "band_gap",
  fermi_energy_mp_2020: "fermi_energy", bulk_modulus_vrh: "bulk_modulus",
  shear_modulus_vrh: "shear_modulus", piezoelectric_max: "piezoelectric",
  e_above_hull: "energy_above_hull",
};

const SYSTEMS = [
  [2, "triclinic"], [15, "monoclinic"], [74, "orthorhombic"], [142, "tetragonal"],
  [167, "trigonal"], [194, "hexagonal"], [230, "cubic"],
];

/** Set a formula: digits behind an element or a bracket are subscripts. */
export function formula(text) {
  const parts = String(text).split(/((?<=[A-Za-z)\]])\d+(?:\.\d+)?)/);
  return el("span", { class: "formula" }, parts.map((part, i) => (i % 2 ? el("sub", {}, part) : part)));
}

/** Set a Hermann-Mauguin symbol: letters slanted, bars over digits, screw axes as subscripts. */
export function spaceGroup(symbol) {
  const parts = String(symbol).match(/-\d|_\d+|[A-Za-z]+|./gu) || [];
  const spoken = String(symbol).replaceAll(/-(\d)/g, " bar $1").replaceAll("_", " sub ");
  return el("span", { class: "group", role: "img", "aria-label": spoken }, parts.map((part) => {
    if (/^-\d$/.test(part)) return el("span", { class: "over" }, part.slice(1));
    if (/^_\d+$/.test(part)) return el("sub", {}, part.slice(1));
    return /^[A-Za-z]/.test(part) ? el("i", {}, part) : part;
  }));
}

/** Set a unit: powers are superscripts. */
export function unitOf(text) {
  const parts = String(text).split(/\^(-?\d+)/);
  return parts.map((part, i) => (i % 2 ? el("sup", {}, part) : part));
}

/** Write a number with as many digits as a reader can use. */
export function number(value) {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value).replace("-", "−");
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e6)
    ? value.toExponential(2) : String(Number(value.toPrecision(size >= 1000 ? 5 : 4)));
  return text.replace("-", "−");
}

/** Set a number with its unit. */
export function quantity(value, unit) {
  return el("span", { class: "number" }, number(value), unit ? [" ", unitOf(unit)] : null);
}

/** Return [label, unit] of a property; of an unknown one its name in words. */
export function labelOf(name) {
  const column = COLUMNS[name] || name;
  return NUMBERS[column] || CELL_NUMBERS[column] || [name.replaceAll("_", " "), ""];
}

/**
 * Return the numbers of a crystal's properties as [name, value]; each kind of property once, and
 * not what its atoms say: of a table's own columns nobody knows which cell they count.
 */
export function numbersOf(properties) {
  const seen = new Set();
  return Object.entries(properties).filter(([name, value]) => {
    const column = COLUMNS[name] || name;
    const is = typeof value === "number" && !SAID.has(name) && !seen.has(column);
    if (is) seen.add(column);
    return is;
  });
}

/** Return the crystal system of a space group's number. */
export function systemOf(number) {
  return SYSTEMS.find(([last]) => number <= last)?.[1] || "";
}

/** Return the name of a crystal, or its id. */
export function nameOf(hit) {
  const name = hit.properties?.name;
  return typeof name === "string" && name ? name : hit.id;
}
