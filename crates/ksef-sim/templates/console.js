// Fetches what changes anew when KSeF's port has answered something, and every ten seconds; not while somebody is using a
// part of it. Without a script the page says the same whenever it is loaded.
const live = document.getElementById("live");
let isDue = false;
async function refresh() {
  const isBusy = document.hidden || live.contains(document.activeElement) || String(getSelection());
  if (!isBusy) {
    isDue = false;
    try {
      const answer = await fetch(live.dataset.source);
      if (answer.ok) live.innerHTML = await answer.text();
    } catch { /* The simulator is gone; what was there last stays. */ }
  }
}
setInterval(() => { if (isDue) refresh(); }, 500);
setInterval(refresh, 10000);
new EventSource("/control/requests/events").addEventListener("request", () => { isDue = true; });
