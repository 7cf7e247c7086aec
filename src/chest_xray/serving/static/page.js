// Sends films to the service and puts what it answers into the page. All words come from the server.
"use strict";

const one = (selector, within = document) => within.querySelector(selector);
const status = one("#status"), results = one("#results"), shown = one("#film");
const rows = one("#table tbody"), language = document.documentElement.lang;
const number = new Intl.NumberFormat(language);
// What belongs to each row: the file, its article, and the address of its heat map.
const films = new Map();
let waiting = [], working = false, done = 0, all = 0;

function ask(path, file) {
  const form = new FormData(), token = one("#token"), headers = {};
  form.append("files", file, file.name);
  if (token && token.value) headers.Authorization = `Bearer ${token.value}`;
  return fetch(path, { method: "POST", body: form, headers });
}

const pause = seconds => new Promise(ready => setTimeout(ready, 1000 * seconds));

// A full service says when to come back.
async function askUntilThereIsRoom(path, file) {
  for (let tries = 0; ; tries++) {
    const answer = await ask(path, file);
    if (answer.status !== 503 || tries === 30) return answer;
    await pause(Number(answer.headers.get("Retry-After")) || 1);
  }
}

async function problemOf(answer) {
  try { return (await answer.json()).detail; } catch { return `HTTP ${answer.status}`; }
}

function say(key, values = {}) {
  let text = status.dataset[key];
  for (const [name, value] of Object.entries(values)) text = text.replace(name, number.format(value));
  status.textContent = text;
}

function add(files) {
  waiting.push(...files);
  all += files.length;
  if (!working) work();
}

async function work() {
  working = true;
  while (waiting.length) {
    say("working", { DONE: done, ALL: all });
    await read(waiting.shift());
    done++;
  }
  say("done", { ALL: all });
  working = false;
}

async function read(file) {
  let answer;
  try {
    answer = await askUntilThereIsRoom(`page/film?lang=${language}`, file);
  } catch {
    return fail(file, status.dataset.noAnswer, "");
  }
  if (!answer.ok) return fail(file, status.dataset.failed, await problemOf(answer));
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  put(file, one("tr", made), one("article", made));
}

// A film that was refused as a whole, such as one that is too large.
function fail(file, words, detail) {
  const row = document.createElement("tr"), article = document.createElement("article");
  row.innerHTML = '<td></td><td class="name"><bdi></bdi></td><td colspan="3" class="problem"><span></span> <bdi lang="en" dir="ltr"></bdi></td>';
  article.innerHTML = '<h3><bdi class="name"></bdi></h3><p class="problem"><span></span> <bdi lang="en" dir="ltr"></bdi></p>';
  for (const part of [one(".problem", row), one(".problem", article)]) {
    one("span", part).textContent = words;
    one("bdi", part).textContent = detail;
  }
  row.dataset.problem = `${words} ${detail}`.trim();
  put(file, row, article);
}

function put(file, row, article) {
  row = document.importNode(row, true);
  article = document.importNode(article, true);
  one(".name bdi", row).textContent = one("h3 .name", article).textContent = file.name;
  const film = one("img.film", article), open = one(".open", row);
  if (open) {
    open.setAttribute("aria-label", `${open.getAttribute("aria-label")}: ${file.name}`);
    open.addEventListener("click", () => show(row, true));
    if (film) one(".thumbnail", row).src = film.src;
  }
  films.set(row, { file, article, map: "" });
  rows.append(row);
  results.hidden = false;
  if (films.size === 1 || row.dataset.problem === undefined) show(row, false);
  else if (!shown.firstElementChild) show(row, false);
}

function show(row, byHand) {
  if (!byHand && shown.dataset.byHand) return;
  if (byHand) shown.dataset.byHand = "yes";
  for (const other of rows.children) other.classList.toggle("shown", other === row);
  const { article } = films.get(row);
  shown.replaceChildren(article);
  if (byHand) article.focus();
  draw(row);
}

// The heat map of the film that is shown, once; it takes about a second of a core.
async function draw(row) {
  const entry = films.get(row), layer = one(".layer", entry.article);
  if (!layer || entry.map) return;
  const strength = one(".strength input", entry.article), words = one(".map-status", entry.article);
  const fade = () => { layer.style.opacity = strength.value / 100; };
  strength.addEventListener("input", fade);
  fade();
  entry.map = "asked for";
  words.textContent = status.dataset.drawing;
  try {
    const answer = await askUntilThereIsRoom("heat-map?layer=true", entry.file);
    if (!answer.ok) throw new Error();
    entry.map = layer.src = URL.createObjectURL(await answer.blob());
    layer.hidden = false;
    words.textContent = "";
  } catch {
    entry.map = "";
    words.textContent = status.dataset.mapFailed;
  }
}

function clear() {
  for (const { map } of films.values()) if (map.startsWith("blob:")) URL.revokeObjectURL(map);
  films.clear();
  waiting = [];
  done = all = 0;
  rows.replaceChildren();
  shown.replaceChildren();
  delete shown.dataset.byHand;
  results.hidden = true;
  status.textContent = "";
  one("#files").focus();
}

// A cell that begins so is a formula to a spreadsheet.
const cell = text => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

function save() {
  const columns = ["probability", "decision", "called", "distance", "warnings", "problem"];
  const lines = [["file", ...columns]];
  for (const [row, { file }] of films) lines.push([file.name, ...columns.map(key => row.dataset[key] || "")]);
  const text = `\ufeff${lines.map(line => line.map(cell).join(",")).join("\r\n")}\r\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = "films.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function example(name) {
  const answer = await fetch(`static/${name}`);
  add([new File([await answer.blob()], name, { type: "image/jpeg" })]);
}

one("#files").addEventListener("change", event => { add([...event.target.files]); event.target.value = ""; });
one("#save").addEventListener("click", save);
one("#clear").addEventListener("click", clear);
for (const button of document.querySelectorAll("button.example"))
  button.addEventListener("click", () => example(button.dataset.name));
const drop = one("#drop");
for (const kind of ["dragover", "dragleave", "drop"])
  document.addEventListener(kind, event => {
    // A film that misses the field must not replace the page.
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind === "drop") add([...event.dataTransfer.files]);
  });
