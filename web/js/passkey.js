// Passkeys (Web Authentication, Level 3): the browser's own dialogs to make one
// and to use one. The server's questions come as JSON and the answers go back
// as JSON; binary values are base64url on the way.
//
// A passkey may also give a secret (the prf extension), which opens what this
// device keeps. It stays on the device: nothing of it is in what goes to the
// server.
"use strict";

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  // What the secret is derived from. One salt for all: each passkey gives its
  // own secret anyway, and who will answer is not known before they have.
  const SALT = new TextEncoder().encode("pleiades: local key, version 1");
  const prf = { eval: { first: SALT } };

  const described = (list) => list?.map((credential) => ({ ...credential, id: bytes(credential.id) }));

  // secret is what the passkey gave, 32 bytes in base64, or empty. Some give it
  // only when they are used: made, they promise it.
  function secret(credential) {
    const { results, enabled } = credential.getClientExtensionResults().prf ?? {};
    const given = results?.first;
    return {
      secret: given ? btoa(String.fromCharCode(...new Uint8Array(given))) : "",
      promised: Boolean(enabled && !given),
    };
  }

  // portable is toJSON() of the specification without the results of
  // extensions, among which is the secret.
  function portable(credential) {
    const { response } = credential;
    const json = {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      clientExtensionResults: {},
      response: { clientDataJSON: text(response.clientDataJSON) },
    };
    if (credential.authenticatorAttachment) json.authenticatorAttachment = credential.authenticatorAttachment;
    for (const field of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[field]) json.response[field] = text(response[field]);
    }
    if (response.getTransports) json.response.transports = response.getTransports();
    return json;
  }

  // ask shows one dialog and resolves to its outcome: "done" with the answer,
  // "cancelled" where the person or time ended it, "known" where this device
  // already holds a passkey of the account, "failed" for everything else.
  async function ask(dialog) {
    try {
      const credential = await dialog();
      return { outcome: "done", credential: portable(credential), id: credential.id, ...secret(credential) };
    } catch (err) {
      if (err.name === "NotAllowedError" || err.name === "AbortError") return { outcome: "cancelled" };
      if (err.name === "InvalidStateError") return { outcome: "known" };
      console.warn("passkey:", err.name);
      return { outcome: "failed" };
    }
  }

  const passkey = {
    // supported says whether there are passkeys here at all.
    supported: () => Boolean(self.PublicKeyCredential && navigator.credentials?.create),

    // create makes a passkey, by PublicKeyCredentialCreationOptionsJSON.
    create: (options) => ask(() => navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: described(options.excludeCredentials),
        extensions: { ...options.extensions, prf },
      },
    })),

    // use asks a passkey, by PublicKeyCredentialRequestOptionsJSON; with ids, one
    // of those.
    use: (options, ids) => ask(() => navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: described(ids?.map((id) => ({ type: "public-key", id })) ?? options.allowCredentials),
        extensions: { ...options.extensions, prf },
      },
    })),

    // secret asks one of the passkeys with these ids for its secret alone. The
    // server hears nothing of it, so it works without a connection, and the
    // answer proves nothing to anyone else.
    secret: (ids) => passkey.use({
      challenge: text(crypto.getRandomValues(new Uint8Array(32))),
      userVerification: "required",
    }, ids),
  };

  self.pleiades = { ...self.pleiades, passkey };
})();
