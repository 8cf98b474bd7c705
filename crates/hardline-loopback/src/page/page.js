// Everything that comes from the server is put into the page as text, never as markup: only `textContent` and
// `setAttribute` with names that are written here. The policy of the page forbids scripts anything else.
"use strict";

const byId = (id) => document.getElementById(id);

// An element with classes and children; a child that is a text stays one.
function make(name, classes, ...children) {
  const element = document.createElement(name);
  if (classes) element.className = classes;
  element.append(...children.filter((child) => child !== null));
  return element;
}

// A text that others wrote, whichever direction it is written in.
const foreign = (text, classes) => {
  const element = make("bdi", classes, text);
  element.dir = "auto";
  return element;
};

// Sets a text only where it differs, so that nothing is read out or selected again for nothing.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const announce = (text) => say(byId("news"), text);

const clock = (millis) => new Date(millis).toLocaleTimeString();

// Brings a list to these items: elements of items that stay are kept, and so is the focus in them.
function reconcile(list, items, keyOf, create, update) {
  const isFirst = !list.dataset.filled;
  list.dataset.filled = "yes";
  const focused = document.activeElement;
  const stays = new Set(items.map((item) => String(keyOf(item))));
  const known = new Map();
  for (const element of [...list.children]) {
    if (stays.has(element.dataset.key)) known.set(element.dataset.key, element);
    else element.remove();
  }
  let place = list.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let element = known.get(key);
    if (element === undefined) {
      element = create(item);
      element.dataset.key = key;
      if (!isFirst) element.classList.add("new");
    }
    if (update) update(element, item);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
  // An element that was moved has lost it.
  if (focused !== document.activeElement && list.contains(focused)) focused.focus();
}

// How many are shown, and how many there are.
function count(name, shown, total = shown) {
  const text = total > shown ? `(${shown} of ${total})` : `(${total})`;
  say(byId(`${name}-count`), text);
  byId(`${name}-empty`).hidden = shown > 0;
}

/* The inbox */

let lastMessage = null;

function showInbox({ total, messages }) {
  count("inbox", messages.length);
  reconcile(byId("messages"), messages, (message) => message.number, messageCard);
  const newest = messages[0];
  if (lastMessage !== null && newest !== undefined && newest.number >= lastMessage) {
    announce(`${kindOf(newest)} to ${addressOf(newest)}. The code is ${newest.code}.`);
  }
  lastMessage = total;
}

const kindOf = (message) => (message.medium === "msisdn" ? "Text" : "E-mail");

const addressOf = (message) => (message.medium === "msisdn" ? `+${message.address}` : message.address);

function messageCard(message) {
  const code = foreign(message.code, "code");
  const copy = make("button", "main", "Copy the code");
  copy.type = "button";
  copy.addEventListener("click", () => copyCode(message, code, copy));
  const to = make("p", "quiet", `${kindOf(message)} to `, foreign(addressOf(message)));
  const text = make("p", "text", foreign(message.text));
  return make("li", "", to, make("p", "line", code, copy), text, linkOf(message));
}

async function copyCode(message, code, button) {
  try {
    await navigator.clipboard.writeText(message.code);
    announce("The code is copied.");
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy the code"), 2000);
  } catch {
    getSelection().selectAllChildren(code);
    announce("The browser does not let the page copy: the code is selected.");
  }
}

// The link of an e-mail, if it is one of the web's.
function linkOf(message) {
  if (message.link === null || !/^https?:\/\//i.test(message.link)) return null;
  const link = make("a", "", "Follow the link");
  link.href = message.link;
  link.target = "_blank";
  link.rel = "noreferrer";
  return make("p", "", link);
}

/* Accounts and their sessions */

function showAccounts({ total, accounts }) {
  count("accounts", accounts.length, total);
  reconcile(byId("account-list"), accounts, (account) => account.user_id, accountCard, updateAccount);
}

function accountCard(account) {
  const kind = account.kind === "user" ? null : make("span", "quiet", account.kind);
  const name = make("p", "line", foreign(account.user_id, "mono"), kind);
  return make("li", "", name, make("p", "addresses quiet"), make("ul", "sessions"), make("p", "more quiet"));
}

function updateAccount(card, account) {
  const addresses = account.addresses.map(addressOf);
  say(card.querySelector(".addresses"), addresses.join(", "));
  const { sessions } = account;
  reconcile(card.querySelector(".sessions"), sessions, (session) => session.device_id, sessionRow, updateSession);
  const more = account.total_sessions - sessions.length;
  say(card.querySelector(".more"), more > 0 ? `and ${more} sessions more` : "");
}

function sessionRow(session) {
  return make("li", "line", foreign(session.device_id, "mono"), foreign("", "name"), make("span", "seen quiet"));
}

function updateSession(row, session) {
  say(row.querySelector(".name"), session.display_name ?? "");
  const seen = session.last_seen === null ? "not seen yet" : `seen at ${clock(session.last_seen)}`;
  say(row.querySelector(".seen"), session.address === null ? seen : `${seen} from ${session.address}`);
}

/* Rows that open: rooms and exchanges */

// A row whose inside is fetched when it is opened.
function openable(classes, fill) {
  const inside = make("div", "inside");
  const details = make("details", "", make("summary", "", make("span", "line")), inside);
  details.addEventListener("toggle", () => {
    if (details.open) refill(details);
  });
  details.fill = () => fill(inside);
  return make("li", classes, details);
}

async function refill(details) {
  try {
    await details.fill();
  } catch {
    details.querySelector(".inside").textContent = "It could not be had: it may be gone.";
  }
}

async function load(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

function showRooms({ total, rooms }) {
  count("rooms", rooms.length, total);
  reconcile(byId("room-list"), rooms, (room) => room.room_id, roomRow, updateRoom);
}

function roomRow(room) {
  const row = openable("", async (inside) => {
    const { events } = await load(`rooms/${encodeURIComponent(room.room_id)}`);
    let list = inside.querySelector("ol");
    if (list === null) {
      list = make("ol", "events");
      inside.replaceChildren(make("p", "mono quiet", room.room_id), list);
    }
    reconcile(list, events, (event) => event.event_id, eventRow, updateEvent);
  });
  row.querySelector(".line").append(make("strong", "name"), make("span", "facts quiet"));
  return row;
}

function updateRoom(row, room) {
  const name = row.querySelector(".name");
  name.dir = "auto";
  say(name, room.name ?? room.alias ?? room.room_id);
  const invited = room.invited > 0 ? `, ${room.invited} invited` : "";
  say(row.querySelector(".facts"), `${room.joined} joined${invited}, ${room.events} events, version ${room.version}`);
  const details = row.querySelector("details");
  const was = row.dataset.events;
  row.dataset.events = room.events;
  if (details.open && was !== row.dataset.events) refill(details);
}

function eventRow(event) {
  const state = event.state_key === null ? null : foreign(event.state_key, "mono quiet");
  const line = make(
    "p",
    "line",
    make("span", "quiet", clock(event.at)),
    foreign(event.sender, "mono"),
    foreign(event.type, "mono quiet"),
    state,
  );
  return make("li", "", line, make("p", "text"));
}

function updateEvent(row, event) {
  const text = row.querySelector(".text");
  const shown = event.body ?? event.content;
  text.dir = "auto";
  text.classList.toggle("mono", event.body === null);
  say(text, event.is_redacted ? "(redacted)" : shown);
}

function showExchanges({ exchanges }) {
  count("exchanges", exchanges.length);
  reconcile(byId("exchange-list"), exchanges, (exchange) => exchange.number, exchangeRow);
}

function exchangeRow(exchange) {
  const row = openable("", async (inside) => {
    const { request, response } = await load(`exchanges/${exchange.number}`);
    const nothing = "(none: the connection was closed, or nothing ever comes)";
    inside.replaceChildren(
      ...part("Request", request),
      ...part("Response", response ?? nothing),
    );
  });
  const { status } = exchange;
  const isRefused = status === null || status >= 400;
  row.querySelector(".line").append(
    make("span", isRefused ? "status refused" : "status", status === null ? "none" : String(status)),
    make("strong", "", exchange.operation ?? "no operation"),
    make("span", "mono quiet", `${exchange.method} ${exchange.target}`),
    make("span", "quiet", `${clock(exchange.at)}, ${exchange.millis} ms`),
  );
  return row;
}

// A text that can be scrolled with the keyboard.
function part(title, text) {
  const box = make("pre", "", text);
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", title);
  return [make("h3", "", title), box];
}

/* What changes something */

async function clear(path, what) {
  try {
    const response = await fetch(path, { method: "DELETE" });
    announce(response.ok ? `${what} is empty.` : `That did not work: status ${response.status}.`);
  } catch {
    announce("That did not work: the server does not respond.");
  }
}

byId("clear-inbox").addEventListener("click", () => clear("inbox", "The inbox"));
byId("clear-exchanges").addEventListener("click", () => clear("exchanges", "The list of exchanges"));

/* What keeps it up to date */

const parts = { inbox: showInbox, accounts: showAccounts, rooms: showRooms, exchanges: showExchanges };
let stream = null;
let retry = null;

function state(text, classes) {
  say(byId("state"), text);
  byId("state").className = `state ${classes}`;
}

function connect() {
  clearTimeout(retry);
  stream?.close();
  stream = new EventSource("live");
  stream.addEventListener("open", () => state("live", "live"));
  stream.addEventListener("error", () => {
    state("not connected", "lost");
    // What was refused is not tried again by itself.
    if (stream.readyState === EventSource.CLOSED) retry = setTimeout(connect, 2000);
  });
  for (const [name, show] of Object.entries(parts)) {
    stream.addEventListener(name, (event) => show(JSON.parse(event.data)));
  }
}

// A page that nobody sees needs no stream: there is a limit to their number, the server's and the browser's.
function follow() {
  if (document.hidden) {
    clearTimeout(retry);
    stream?.close();
    state("paused", "");
  } else {
    connect();
  }
}

byId("host").textContent = location.host;
document.addEventListener("visibilitychange", follow);
follow();
