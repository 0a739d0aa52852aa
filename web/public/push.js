// Pushes of the desk, also while no tab is open: shown once for each notice, by its id; a press goes to what it is about.
self.addEventListener("push", function (event) {
  event.waitUntil(shown(event.data));
});

async function shown(data) {
  let notice;
  try {
    notice = data.json();
  } catch {
    return;
  }
  // Who has the desk before them is told by the page itself.
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (tabs.some((tab) => tab.visibilityState === "visible" && tab.focused)) return;
  await self.registration.showNotification(titleOf(notice, await kept()), {
    body: notice.body || "",
    tag: notice.id,
    icon: "/icon.svg",
    data: { path: placeOf(notice) },
  });
}

/** The texts of the reader's language, as a page has left them here (src/app/notices/pushWords.ts). */
async function kept() {
  try {
    const found = await (await caches.open("parley.push")).match("/words.json");
    return found ? await found.json() : null;
  } catch {
    return null;
  }
}

/** In the desk's own words where those of the reader's language, or a fact of them, are not here. */
function titleOf(notice, words) {
  const about = notice.about || {};
  const text = words && words.texts[nameOf(notice, about)];
  if (!text) return notice.title;
  const values = { ...about, customer: notice.customer || words.somebody, colleague: notice.colleague || words.colleague, time: timeOf(about, words.locale) };
  const names = [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
  if (names.some((name) => values[name] === undefined || values[name] === "")) return notice.title;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

function nameOf({ kind, customer }, about) {
  if (kind === "task_due" && customer) return "task_due_of";
  if (kind === "side_thread") return about.asked ? "side_asked" : "side_answered";
  return kind;
}

function timeOf(about, locale) {
  if (about.closes_at) return new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(new Date(about.closes_at));
  return about.idle_seconds === undefined ? undefined : lasting(Math.max(1, Math.floor(about.idle_seconds / 60)), locale);
}

/** Two units at most, as the page has it. */
function lasting(minutes, locale) {
  const units = [["day", Math.floor(minutes / 1440)], ["hour", Math.floor(minutes / 60) % 24], ["minute", minutes % 60]];
  const first = units.findIndex(([, count]) => count > 0);
  const said = ([unit, count]) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(count);
  return units.slice(first, first + 2).filter(([, count]) => count > 0).map(said).join(" ");
}

function placeOf({ kind, conversation_id: conversation, about }) {
  if (conversation) return "/inbox/all?c=" + encodeURIComponent(conversation) + (kind === "mention" && about && about.note_id ? "#m=" + about.note_id : "");
  return { floor_warning: "/board", floor_calm: "/board", report: "/schedules", webhook: "/admin/webhooks" }[kind] || "/";
}

self.addEventListener("notificationclick", function (event) {
  event.notification.close();
  event.waitUntil(opened((event.notification.data && event.notification.data.path) || "/"));
});

async function opened(path) {
  const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  // Customers' chats and their phones are of this origin, too.
  const tabs = all.filter((each) => each.frameType === "top-level" && !/^\/(dev|widget)\b/.test(new URL(each.url).pathname));
  const wanted = new URL(path, self.location.origin).searchParams.get("c");
  const shows = (each) => wanted !== null && new URL(each.url).searchParams.get("c") === wanted;
  const tab = tabs.find(shows) || tabs.find((each) => each.visibilityState === "visible") || tabs[0];
  if (!tab) return self.clients.openWindow(path);
  tab.postMessage({ parley: "go", path: path });
  return tab.focus();
}
