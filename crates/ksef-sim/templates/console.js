// Fetches what changes anew every two seconds, unless somebody is using a part of it.
const live = document.getElementById("live");
async function refresh() {
  const isBusy = document.hidden || live.contains(document.activeElement) || String(getSelection());
  if (!isBusy) {
    try {
      const answer = await fetch(live.dataset.source);
      if (answer.ok) live.innerHTML = await answer.text();
    } catch { /* The simulator is gone; what was there last stays. */ }
  }
  setTimeout(refresh, 2000);
}
setTimeout(refresh, 2000);
