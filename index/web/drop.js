/** Take a structure file: dropped anywhere on the page, or picked. */

import { pack } from "./state.js";

const MOST = 1_900_000;
/** bytes; the service takes two megabytes with what stands around the file */

/** Watch for files. Found: takes {name, content, packed}; wrong: takes an Error that says why not. */
export function watchFiles(veil, picker, found, wrong) {
  let depth = 0;
  const brings = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  const show = (is) => { veil.hidden = !is; };
  window.addEventListener("dragenter", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    depth += 1;
    show(true);
  });
  window.addEventListener("dragover", (event) => { if (brings(event)) event.preventDefault(); });
  window.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    if (!depth) show(false);
  });
  window.addEventListener("drop", async (event) => {
    depth = 0;
    show(false);
    if (!brings(event)) return;
    event.preventDefault();
    await take([...event.dataTransfer.files], found, wrong);
  });
  picker.addEventListener("change", async () => {
    await take([...picker.files], found, wrong);
    picker.value = "";
  });
}

async function take(files, found, wrong) {
  try {
    found(await readOne(files));
  } catch (error) {
    wrong(error);
  }
}

async function readOne(files) {
  if (files.length !== 1) throw refusal(`${files.length} files were dropped`, "Drop one structure file at a time.");
  const [file] = files;
  if (file.size > MOST) throw refusal(`${file.name} has ${(file.size / 1e6).toFixed(1)} MB`, "A structure file may have 1.9 MB at most; clac similar FILE takes larger ones.");
  const content = await file.text();
  if (!content.trim()) throw refusal(`${file.name} is empty`, "Drop a CIF, POSCAR, extended XYZ or JSON.");
  const upload = { name: file.name.slice(0, 200), content };
  return { ...upload, packed: await pack(upload) };
}

function refusal(words, advice) {
  const error = new Error(`${words}.`);
  return Object.assign(error, { advice, again: false, status: 422, field: "", line: 0 });
}
