"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const root = document.documentElement;
  const film = $("film");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const kept = (name, value) => {
    try {
      if (value === undefined) return sessionStorage.getItem(name);
      sessionStorage.setItem(name, value);
    } catch { /* a browser that keeps nothing for files */ }
    return null;
  };

  // Light and dark.
  const theme = (name) => { root.dataset.theme = name; kept("veo-theme", name); };
  if (kept("veo-theme")) theme(kept("veo-theme"));
  const otherTheme = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    theme(dark ? "light" : "dark");
  };
  $("theme").addEventListener("click", otherTheme);
  const help = $("help");
  const toggleHelp = () => (help.open ? help.close() : help.showModal());
  $("keys").addEventListener("click", toggleHelp);
  help.addEventListener("click", (event) => { if (event.target === help) help.close(); });

  // Times.
  const two = (n) => String(n).padStart(2, "0");
  const timecode = (frame) => {
    const s = Math.floor(frame / data.fps);
    const hours = Math.floor(s / 3600);
    const minutes = Math.floor(s / 60) % 60;
    return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(s % 60)}:${two(frame % data.fps)}`;
  };
  const frameNow = () => Math.min(data.frames - 1, Math.floor(film.currentTime * data.fps + 0.01));
  const sceneAt = (frame) => data.scenes.findIndex((s) => s.frames && frame >= s.start && frame < s.start + s.frames);

  // The film: J, K and L as on an editing desk.
  let speed = 0;
  let reverse = 0;
  let shown = -1;
  const blocks = [...document.querySelectorAll(".block")];
  const links = [...document.querySelectorAll(".chapters a")];
  const cards = [...document.querySelectorAll(".scene")];
  const inFilm = data.scenes.map((s, i) => (s.frames ? i : -1)).filter((i) => i >= 0);

  const seek = (frame) => {
    const to = Math.max(0, Math.min(data.frames - 1, frame));
    film.currentTime = (to + 0.5) / data.fps;
    draw();
  };
  const stop = () => { speed = 0; reverse = 0; film.playbackRate = 1; film.pause(); told(); };
  const run = (rate) => {
    speed = rate;
    if (rate > 0) {
      reverse = 0;
      if (film.ended) film.currentTime = 0;
      film.playbackRate = rate;
      film.play().catch(() => stop());
    } else {
      film.pause();
      reverse = performance.now();
      requestAnimationFrame(back);
    }
    told();
  };
  const back = (now) => {
    if (speed >= 0 || !reverse) return;
    if (!film.seeking) {
      film.currentTime = Math.max(0, film.currentTime + (speed * Math.max(0, now - reverse)) / 1000);
      reverse = now;
    }
    if (film.currentTime <= 0) { stop(); return; }
    requestAnimationFrame(back);
  };
  const toggle = () => (speed ? stop() : run(1));
  const step = (by) => { stop(); seek(frameNow() + by); };
  const hop = (by) => {
    const frame = frameNow();
    const at = inFilm.indexOf(sceneAt(frame));
    const start = data.scenes[inFilm[at]].start;
    // Back goes to where this scene begins first, as on a player.
    const to = by < 0 && frame - start > data.fps ? at : at + by;
    if (to >= inFilm.length) return;
    seek(data.scenes[inFilm[Math.max(0, to)]].start);
  };
  const mute = () => { film.muted = !film.muted; $("mute").setAttribute("aria-pressed", film.muted); };
  const fullscreen = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else film.requestFullscreen?.().catch(() => {});
  };
  const told = () => {
    document.body.classList.toggle("playing", speed !== 0);
    $("play").setAttribute("aria-label", speed ? "Pause" : "Play");
    $("speed").hidden = speed === 0 || speed === 1;
    $("speed").textContent = `${speed < 0 ? "−" : ""}${Math.abs(speed)}×`;
    loops();
  };
  const draw = () => {
    const frame = frameNow();
    if (frame === shown) return;
    shown = frame;
    const strip = $("strip");
    $("playhead").style.transform = `translateX(${((frame / data.frames) * strip.clientWidth).toFixed(1)}px)`;
    $("clock").firstElementChild.textContent = timecode(frame);
    const scene = sceneAt(frame);
    strip.setAttribute("aria-valuenow", frame);
    const s = data.scenes[scene];
    strip.setAttribute("aria-valuetext", `${timecode(frame)}, ${s ? s.title || s.id : ""}`);
    if (s && scene !== draw.scene) {
      draw.scene = scene;
      $("now").textContent = s.title || s.id;
      cards.forEach((card, i) => card.classList.toggle("current", i === scene));
      blocks.forEach((block, i) => block.classList.toggle("current", inFilm[i] === scene));
      links.forEach((link, i) => (i === scene ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
      const list = links[scene]?.closest(".chapters");
      if (list) {
        const row = links[scene].parentElement;
        const top = row.offsetTop;
        if (top < list.scrollTop || top + row.offsetHeight > list.scrollTop + list.clientHeight) {
          list.scrollTop = top - list.clientHeight / 3;
        }
      }
    }
  };
  const tick = () => { draw(); if (speed) requestAnimationFrame(tick); };
  const doing = {
    toggle, mute, fullscreen, previous: () => hop(-1), next: () => hop(1),
  };

  if (film) {
    film.addEventListener("play", () => { if (speed <= 0) { speed = 1; told(); } requestAnimationFrame(tick); });
    film.addEventListener("pause", () => { if (speed > 0) { speed = 0; told(); } });
    film.addEventListener("ended", () => stop());
    for (const event of ["seeked", "timeupdate", "loadedmetadata"]) film.addEventListener(event, draw);
    film.addEventListener("click", toggle);
    $("big").addEventListener("click", () => run(1));
    document.querySelectorAll("[data-do]").forEach((b) => b.addEventListener("click", () => doing[b.dataset.do]()));
    document.querySelectorAll("[data-from]").forEach((b) => b.addEventListener("click", () => {
      seek(Number(b.dataset.from));
      film.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "center" });
      run(1);
    }));
    links.forEach((link) => link.addEventListener("click", (event) => {
      const s = data.scenes[Number(link.dataset.scene)];
      if (!s.frames || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      seek(s.start);
    }));
    const strip = $("strip");
    const at = (event) => {
      const box = strip.getBoundingClientRect();
      seek(Math.floor(((event.clientX - box.left) / box.width) * data.frames));
    };
    strip.addEventListener("pointerdown", (event) => { strip.setPointerCapture(event.pointerId); at(event); });
    strip.addEventListener("pointermove", (event) => { if (event.buttons & 1) at(event); });
    addEventListener("resize", () => { shown = -1; draw(); });
  }

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open && event.key !== "?") return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "?") { toggleHelp(); event.preventDefault(); return; }
    if (key === "t") { otherTheme(); return; }
    if (!film) return;
    const on = event.target instanceof Element && event.target.closest("button, summary, a, .chapters");
    if (on && (key === " " || key === "Enter")) return;
    const act = {
      j: () => run(speed < 0 ? Math.max(-8, speed * 2) : -1),
      k: stop,
      l: () => run(speed > 0 ? Math.min(8, speed * 2) : 1),
      " ": toggle,
      ArrowLeft: () => step(-1), ArrowRight: () => step(1),
      n: () => hop(1), p: () => hop(-1), m: mute, f: fullscreen,
      Home: () => seek(0), End: () => seek(data.frames - 1),
    }[key];
    if (act) { event.preventDefault(); act(); }
  });

  // The cards' clips: only the one in the middle of the window plays, or the one that is pointed at.
  const videos = [...document.querySelectorAll("video.loop")];
  const near = new Set();
  let pointed = null;
  let playing = null;
  const middle = () => {
    let best = null;
    let least = innerHeight * 0.42;
    for (const video of near) {
      const box = video.getBoundingClientRect();
      const off = Math.abs((box.top + box.bottom) / 2 - innerHeight / 2);
      if (off < least) { least = off; best = video; }
    }
    return best;
  };
  const loops = () => {
    const chosen = pointed ?? (calm.matches || speed || document.hidden ? null : middle());
    if (chosen === playing) return;
    playing?.pause();
    playing = chosen;
    if (!playing) return;
    if (!playing.src) playing.src = playing.dataset.src;
    playing.play().catch(() => {});
  };
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) { near.add(target); continue; }
      near.delete(target);
      // A browser holds only so many players.
      if (target.src && target !== playing) { target.removeAttribute("src"); target.load(); }
    }
    loops();
  }, { rootMargin: "25% 0px" });
  for (const video of videos) {
    watch.observe(video);
    const card = video.closest(".clip");
    card.addEventListener("pointerenter", () => { pointed = video; loops(); });
    card.addEventListener("pointerleave", () => { pointed = null; loops(); });
  }
  let asked = false;
  addEventListener("scroll", () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; loops(); });
  }, { passive: true });
  document.addEventListener("visibilitychange", loops);

  // A newer page: live.js says which one lies there now. A file cannot be fetched, but a script can be loaded.
  const mine = root.dataset.generation;
  const ask = () => {
    const script = document.createElement("script");
    script.src = `live.js?${Date.now()}`;
    script.onload = script.onerror = () => script.remove();
    document.head.append(script);
  };
  globalThis.veoStoryLive = ({ generation, watched, problems }) => {
    if (generation !== mine) {
      kept("veo-place", JSON.stringify({ y: scrollY, t: film?.currentTime ?? 0, speed: Math.max(0, speed), muted: film?.muted ?? false }));
      location.reload();
      return;
    }
    const banner = $("banner");
    const words = problems.join("\n");
    if (banner.textContent !== words) banner.textContent = words;
    banner.hidden = !problems.length;
    if (watched) setTimeout(ask, 500);
  };
  addEventListener("focus", ask);
  ask();

  const place = JSON.parse(kept("veo-place") ?? "null");
  if (place) {
    kept("veo-place", "null");
    if (film) {
      film.currentTime = place.t;
      film.muted = place.muted;
      $("mute").setAttribute("aria-pressed", place.muted);
      if (place.speed) run(place.speed);
    }
    requestAnimationFrame(() => scrollTo(0, place.y));
  }
  if (film && film.readyState >= 1) draw();
})();
