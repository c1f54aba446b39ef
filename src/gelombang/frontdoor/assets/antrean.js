// Keeps a waiting page true and opens the form when it is the turn. Without JavaScript the page
// renews itself. The rules are those of waiting.py.
(() => {
  const box = document.querySelector("[data-antrean]");
  if (!box) return;
  const d = box.dataset, en = document.documentElement.lang === "en";
  const goal = +d.antrean, from = +d.dari, counted = d.depan !== "", started = +d.depan;
  const show = (id, text) => { const e = document.getElementById(id); if (e) e.textContent = text; };
  const count = n => n.toLocaleString(en ? "en-GB" : "id-ID");
  const scale = w => typeof w === "string" ? Date.parse(w) * 1000 : w;
  const clamp = s => Math.min(600, Math.max(20, s));
  const every = s => setTimeout(look, s * (1000 + 300 * Math.random()));
  const form = document.querySelector("form[data-giliran]");
  let ahead = started, pause = +d.lagi, said = 0;

  const enter = () => form ? form.submit() : location.assign(d.ke);

  // `here` is the server's present on the scale of the watermark, if it told: those who wait stand between.
  function tell(now, here) {
    const mark = scale(now.watermark), left = goal > from ? (goal - mark) / (goal - from) : 0;
    const part = here > goal ? (goal - mark) / (here - mark) : 1;
    // Nobody ever moves back: what is shown only falls.
    ahead = Math.max(0, Math.min(ahead, Math.round(started * left), Math.round(now.waiting * part)));
    const wait = ahead / Math.max(now.served_per_second, 1);
    const low = Math.max(1, Math.floor(wait * .8 / 60)), high = Math.max(2, Math.floor(wait * 1.4 / 60) + 1);
    pause = clamp(wait);
    show("perkiraan", en ? `about ${low} to ${high} minutes` : `sekitar ${low} sampai ${high} menit`);
    show("tempat", count(ahead + 1));
    show("depan", count(ahead));
    const at = new Date(now.as_of).toLocaleTimeString("en-GB", { timeZone: "Asia/Jakarta", hour: "2-digit", minute: "2-digit" });
    show("pukul", (en ? at : at.replace(":", ".")) + " WIB");
    if (Date.now() - said < 60000) return;
    said = Date.now();
    show("kabar", en ? `${count(ahead)} people before you.` : `${count(ahead)} orang sebelum Anda.`);
  }

  async function look() {
    try {
      const got = await fetch("/antrean.json?untuk=" + encodeURIComponent(d.untuk));
      if (!got.ok) throw 0;
      const now = await got.json();
      if (/open|closed/.test(now.state) && scale(now.watermark) >= goal) return enter();
      // Too late to finish: where the form was, it says so and leads on.
      if (now.state === "closed" && Date.parse(now.as_of) >= Date.parse(d.sampai)) return enter();
      if (now.state !== d.keadaan && !form) return location.reload();
      if (counted) tell(now, Date.parse(got.headers.get("date")) * 1000);
    } catch { pause = clamp(pause * 2); }
    every(pause);
  }

  // A turn that came with the page needs no look, unless a form waits here to be sent.
  if (d.keadaan !== "turn" || form) every(pause);
})();
