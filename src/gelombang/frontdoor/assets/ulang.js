// Sends a kept form again after a while. Without JavaScript its button does the same.
(() => {
  const form = document.querySelector("form[data-ulang]");
  if (form) setTimeout(() => form.submit(), Number(form.dataset.ulang) * 1000);
})();
