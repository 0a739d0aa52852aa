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
  await self.registration.showNotification(notice.title, {
    body: notice.body || "",
    tag: notice.id,
    icon: "/icon.svg",
    data: { path: notice.conversation_id ? "/inbox/all?c=" + encodeURIComponent(notice.conversation_id) : "/" },
  });
}

self.addEventListener("notificationclick", function (event) {
  event.notification.close();
  event.waitUntil(opened((event.notification.data && event.notification.data.path) || "/"));
});

async function opened(path) {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const tab = tabs[0];
  if (!tab) return self.clients.openWindow(path);
  tab.postMessage({ parley: "go", path: path });
  return tab.focus();
}
