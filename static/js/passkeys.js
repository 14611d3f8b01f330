// Passkeys: <button data-passkey="address of the challenge"> in a form with a hidden field `credential`.
async function ask(button) {
  const form = button.closest("form");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(button.dataset.passkey, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok || answer.redirected) {
    location.reload(); // signed out meanwhile, or the proof has grown old: the page asks for it
    return;
  }
  const options = await answer.json();
  const credential = button.dataset.passkeyNew
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.requestSubmit();
}

const able = Boolean(globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON);
for (const button of document.querySelectorAll("[data-passkey]")) {
  button.disabled = !able;
  const error = button.closest("form").querySelector("[data-passkey-error]");
  if (!able) error.hidden = false;
  button.addEventListener("click", () => {
    error.hidden = true;
    ask(button).catch(() => { error.hidden = false; });
  });
}
