// Solves the form's proof of work (ALTCHA v2, PBKDF2/SHA-256) while the person types. Whatever goes
// wrong here, the form is sent without a proof and takes the slower lane.
(() => {
  const form = document.querySelector("form[data-challenge]");
  if (!form || !form.dataset.challenge || !form.elements.altcha) return;
  const field = form.elements.altcha, button = form.querySelector("button"), label = button.textContent;
  const subtle = (self.crypto || {}).subtle, LONGEST = 20000, SLICE = 25;
  let good = 0; // when the challenge at hand runs out, by this device's clock
  let solving = false, pressed = false, released = false;

  const pause = () => new Promise(done => setTimeout(done));
  const hex = bytes => Array.from(bytes, b => b.toString(16).padStart(2, "0")).join("");
  const unhex = text => Uint8Array.from(text.match(/../g) || [], pair => parseInt(pair, 16));

  // SHA-256 (FIPS 180-4), one block at a time: what HTTP without TLS has to do by itself.
  const K = [], START = [], W = new Int32Array(64);
  for (let n = 2; K.length < 64; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor) divisor++;
    if (divisor * divisor <= n) continue;
    if (START.length < 8) START.push(Math.sqrt(n) * 2 ** 32 | 0);
    K.push(Math.cbrt(n) * 2 ** 32 | 0);
  }
  function block(state, words) {
    W.set(words);
    for (let i = 16; i < 64; i++) {
      const x = W[i - 15], y = W[i - 2];
      W[i] = W[i - 16] + W[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3)
        + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const t = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7))
        + (e & f ^ ~e & g) + K[i] + W[i] | 0;
      const u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c);
      h = g; g = f; f = e; e = d + t | 0; d = c; c = b; b = a; a = t + u | 0;
    }
    return [a, b, c, d, e, f, g, h].map((word, i) => word + state[i] | 0);
  }
  // At most 55 bytes after one whole block that is already in the state.
  function words(bytes) {
    const padded = new Uint8Array(64), view = new DataView(padded.buffer);
    padded.set(bytes);
    padded[bytes.length] = 128;
    view.setUint32(60, (64 + bytes.length) * 8);
    return Array.from({ length: 16 }, (_, i) => view.getInt32(i * 4));
  }
  const TAIL = [1 << 31, 0, 0, 0, 0, 0, 0, 96 * 8]; // the padding after a block and a digest
  async function byHand(password, salt, cost) {
    const keyed = byte => {
      const pad = new Uint8Array(64);
      pad.set(password);
      const view = new DataView(pad.map(b => b ^ byte).buffer);
      return block(START, Array.from({ length: 16 }, (_, i) => view.getInt32(i * 4)));
    };
    const inner = keyed(0x36), outer = keyed(0x5c);
    const mac = message => block(outer, [...block(inner, message), ...TAIL]);
    let last = mac(words([...salt, 0, 0, 0, 1])), sum = last;
    for (let i = 1; i < cost; i++) {
      last = mac([...last, ...TAIL]);
      sum = sum.map((word, j) => word ^ last[j]);
      if (i % 32 === 0) await breathe();
    }
    const view = new DataView(new ArrayBuffer(32));
    sum.forEach((word, i) => view.setInt32(i * 4, word));
    return new Uint8Array(view.buffer);
  }
  let until = 0;
  async function breathe() {
    if (performance.now() < until) return;
    await pause();
    until = performance.now() + SLICE;
  }
  async function byBrowser(password, salt, cost) {
    const key = await subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: cost };
    return new Uint8Array(await subtle.deriveBits(how, key, 256));
  }

  async function solve(challenge) {
    const p = challenge.parameters, started = performance.now(), together = subtle ? 16 : 1;
    if (p.algorithm !== "PBKDF2/SHA-256" || p.keyLength !== 32) throw Error(p.algorithm);
    const nonce = unhex(p.nonce), salt = unhex(p.salt), derive = subtle ? byBrowser : byHand;
    for (let first = 0; first < 2 ** 24; first += together) {
      await breathe();
      const keys = await Promise.all(Array.from({ length: together }, (_, i) => {
        const password = new Uint8Array(nonce.length + 4);
        password.set(nonce);
        new DataView(password.buffer).setUint32(nonce.length, first + i);
        return derive(password, salt, p.cost);
      }));
      const found = keys.map(hex).findIndex(key => key.startsWith(p.keyPrefix));
      if (found < 0) continue;
      const solution = { counter: first + found, derivedKey: hex(keys[found]), time: performance.now() - started };
      return btoa(JSON.stringify({ challenge, solution }));
    }
    throw Error("no counter");
  }

  async function renewed() {
    const got = await fetch("/api/v1/tantangan", { cache: "no-store" });
    if (!got.ok) throw Error(got.status);
    const challenge = await got.json();
    // A device's clock may be wrong; what counts is how long the server says it has.
    const now = Date.parse(got.headers.get("date")) || Date.now();
    good = Date.now() + challenge.parameters.expiresAt * 1000 - now;
    return challenge;
  }
  async function work(challenge) {
    solving = true;
    try {
      field.value = await solve(challenge || await renewed());
      setTimeout(() => pressed || work(), Math.max(good - Date.now() - 30000, 5000));
    } catch { released = true; }
    solving = false;
    if (pressed) send();
  }
  function send() {
    if (!pressed) return;
    pressed = false;
    released = true;
    form.submit();
  }

  form.addEventListener("submit", event => {
    const ready = field.value && Date.now() < good;
    if (released || ready && !solving) return;
    event.preventDefault();
    if (pressed) return;
    pressed = true;
    button.textContent = form.dataset.tunggu;
    setTimeout(send, LONGEST);
    if (!solving) work();
  });
  addEventListener("pageshow", event => {
    if (!event.persisted) return;
    pressed = released = false;
    button.textContent = label;
  });

  try {
    const first = JSON.parse(form.dataset.challenge);
    good = Math.min(first.parameters.expiresAt * 1000, Date.now() + 36e5);
    work(good > Date.now() ? first : null);
  } catch { released = true; }
})();
