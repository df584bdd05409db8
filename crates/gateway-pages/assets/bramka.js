// Makes the pages quicker to use. Everything works without it: each of these only does sooner or in place what a form or a link
// does anyway.
"use strict";
(() => {
  const parts = (root) => new Map([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));

  // Whether somebody has begun to fill something in: what the server chose is nobody's work.
  const isFilled = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.files.length > 0;
    if (!field.options) return field.value !== field.defaultValue;
    const first = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(first, 0);
  };

  // Puts the parts of a page that was fetched in the places of those that are here, but for one in which somebody is at work. A part
  // that may come and go is there all the time, hidden while it is empty.
  const exchange = (text, only) => {
    const fresh = parts(new DOMParser().parseFromString(text, "text/html"));
    for (const [name, here] of parts(document)) {
      const there = fresh.get(name);
      if (!there || (only && !only.includes(name))) continue;
      const isBusy = here.contains(document.activeElement) || here.querySelector("details[open]") ||
        [...here.querySelectorAll("input, select, textarea")].some(isFilled);
      if ((isBusy && !only) || here.isEqualNode(there)) continue;
      here.replaceWith(document.adoptNode(there));
    }
  };

  const fetched = async (address, signal) => {
    const answer = await fetch(address, { signal, headers: { accept: "text/html" } });
    return answer.ok && !answer.redirected ? answer.text() : null;
  };

  // States that change by themselves: looked for less and less often, and not at all while nobody looks.
  const live = Number(document.body.dataset.live);
  if (live > 0) {
    let delay = live, timer, source, isTold = false, isLooking = false, isAsked = false;
    const look = async () => {
      clearTimeout(timer);
      // What is told while a look is under way is looked for once more afterwards.
      isAsked = isLooking;
      if (isLooking) return;
      isLooking = true;
      if (!document.hidden) {
        try {
          const text = await fetched(location.href);
          if (text) exchange(text);
          delay = text ? Math.min(delay * 1.2, 15000) : 15000;
        } catch {
          delay = 15000;
        }
      }
      isLooking = false;
      if (isAsked) look();
      // Who is told of changes looks now and then all the same, since time passes on pages, too.
      else timer = setTimeout(look, isTold ? 60000 : delay);
    };
    timer = setTimeout(look, delay);
    // Told by the server as long as somebody looks: a browser has few connections, and a page that is hidden needs none.
    const listen = () => {
      if (!window.EventSource || !document.body.dataset.stream || document.hidden) return;
      source = new EventSource(document.body.dataset.stream);
      source.addEventListener("change", () => {
        // The first one only says that others will: the look that is due soon catches up.
        if (isTold) look();
        isTold = true;
      });
      source.addEventListener("error", () => {
        // It is tried again by itself; until then the page looks as if there were none.
        if (!isTold) return;
        isTold = false;
        delay = live;
        look();
      });
    };
    document.addEventListener("visibilitychange", () => {
      source?.close();
      isTold = false;
      if (document.hidden) return;
      listen();
      look();
    });
    addEventListener("pagehide", () => source?.close());
    listen();
  }

  // Search as you type.
  for (const form of document.querySelectorAll("form[data-search]")) {
    let timer, running;
    const ask = async () => {
      running?.abort();
      running = new AbortController();
      const filled = [...new FormData(form)].filter(([, value]) => value !== "");
      const address = `${form.getAttribute("action")}?${new URLSearchParams(filled)}`;
      try {
        const text = await fetched(address, running.signal);
        if (text) {
          exchange(text, [form.dataset.search, "tabs"]);
          history.replaceState(null, "", address);
        }
      } catch (error) {
        if (error.name !== "AbortError") form.requestSubmit();
      }
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 250);
    };
    form.addEventListener("input", soon);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      ask();
    });
  }

  // A form that is looked at while it is written: what the server says of it stands beside the fields; what it knows of fields
  // that are still empty is filled in.
  for (const form of document.querySelectorAll("form[data-check]")) {
    let timer, running;
    const ask = async () => {
      running?.abort();
      running = new AbortController();
      const body = new URLSearchParams(new FormData(form));
      body.set("do", "typing");
      try {
        const answer = await fetch(form.getAttribute("action"), { method: "POST", body, signal: running.signal, headers: { accept: "text/html" } });
        if (!answer.ok || answer.redirected) return;
        const text = await answer.text();
        const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("form[data-check]");
        if (!fresh) return;
        exchange(text, [...parts(document).keys()]);
        const known = (fresh.dataset.filled ?? "").split(" ");
        for (const there of fresh.elements) {
          const here = there.name && form.elements.namedItem(there.name);
          if (!here || here instanceof RadioNodeList) continue;
          here.toggleAttribute("aria-invalid", false);
          if (there.hasAttribute("aria-invalid")) here.setAttribute("aria-invalid", "true");
          const isText = here.type === "text" || here.type === "date";
          if (isText && here.value === "" && here !== document.activeElement) here.value = there.value;
          if (known.includes(there.name) && here.value !== there.value) {
            here.value = there.value;
            here.dispatchEvent(new Event("change", { bubbles: true }));
          }
        }
      } catch {
        // What was typed is still there, and is looked at again with the next letter.
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 400);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      running?.abort();
    });
    // Another kind of document has other fields: the form is posted, with no button, and comes again with all that was written.
    form.querySelector("[data-renew]")?.addEventListener("change", () => form.requestSubmit());
  }

  // Asks before what cannot be undone; without scripts a page asks.
  const dialog = document.getElementById("confirm");
  document.addEventListener("submit", (event) => {
    const form = event.target, by = event.submitter;
    const decision = by?.name === "decision" ? by.value : "";
    // A form may ask for all of its buttons, or one of them for itself.
    const question = by?.dataset.confirm ?? form.dataset.confirm ?? (decision === "withdraw" ? form.dataset.confirmWithdraw : undefined);
    if (!question || !dialog || form.elements.confirmed) return;
    event.preventDefault();
    dialog.querySelector("#confirm-title").textContent = question;
    dialog.querySelector("#confirm-text").textContent = by?.dataset.confirmNote ?? form.dataset.confirmNote ?? form.dataset.confirmWithdrawNote ?? "";
    dialog.returnValue = "no";
    dialog.onclose = () => {
      if (dialog.returnValue !== "yes") return;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value: "yes" });
      form.append(field);
      form.requestSubmit(by);
    };
    dialog.showModal();
    // What changes nothing is what Enter does.
    dialog.querySelector("[value=no]").focus();
  });

  // What takes its time says so; a form whose answer is a file, or another tab, leaves the page as it is.
  const working = document.getElementById("working");
  document.addEventListener("submit", (event) => {
    const by = event.submitter;
    if (event.defaultPrevented || event.target.method !== "post" || by?.value === "package" || by?.formTarget) return;
    const timer = setTimeout(() => (working.textContent = working.dataset.text), 700);
    addEventListener("pagehide", () => clearTimeout(timer), { once: true });
  });
  addEventListener("pageshow", () => working.replaceChildren());

  // All boxes of a list.
  document.addEventListener("change", (event) => {
    const name = event.target.dataset?.all;
    if (name) for (const box of event.target.form.querySelectorAll(`input[name="${name}"]`)) box.checked = event.target.checked;
  });

  // Files that are dropped, and the names of those that were chosen.
  for (const place of document.querySelectorAll("[data-drop]")) {
    const input = place.querySelector("input[type=file]"), chosen = place.querySelector(".chosen");
    const show = () => {
      chosen?.replaceChildren(...[...input.files].map((file) => Object.assign(document.createElement("li"), { textContent: file.name })));
    };
    input.addEventListener("change", show);
    for (const kind of ["dragover", "dragleave", "drop"]) {
      place.addEventListener(kind, (event) => {
        event.preventDefault();
        place.classList.toggle("over", kind === "dragover");
        if (kind === "drop" && event.dataTransfer.files.length) {
          input.files = event.dataTransfer.files;
          show();
        }
      });
    }
  }

  // Parts of a form that another choice makes needless.
  const asked = (form, rule) => {
    const [name, value] = rule.split("=");
    return new FormData(form).get(name) === value;
  };
  const fit = (form) => {
    for (const part of form.querySelectorAll("[data-when], [data-unless]")) {
      const { when, unless } = part.dataset;
      part.toggleAttribute("data-hidden", (when && !asked(form, when)) || (unless && asked(form, unless)) || false);
    }
    // A choice that is hidden is nobody's: the first that is seen stands in for it.
    for (const choice of form.querySelectorAll("[data-hidden] [type=radio]:checked")) {
      const seen = [...form.querySelectorAll(`[name="${choice.name}"]`)].find((one) => !one.closest("[data-hidden]"));
      if (!seen) continue;
      seen.checked = true;
      fit(form);
    }
  };
  for (const form of document.forms) {
    fit(form);
    form.addEventListener("change", () => fit(form));
  }

  // That a frame has the focus is told to the window alone.
  const frames = () => {
    for (const frame of document.querySelectorAll(".paper")) frame.classList.toggle("focused", frame === document.activeElement);
  };
  addEventListener("blur", frames);
  addEventListener("focus", frames);

  // Menus close when something else is meant.
  const menus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
