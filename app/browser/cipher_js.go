package browser

import (
	"crypto/aes"
	"crypto/cipher"
	"syscall/js"
)

// offerCipher gives the scripts a cipher that answers at once. The browser's own
// answers later, and a page that is going has no later: what was typed last
// would be lost.
func offerCipher(scripts js.Value) {
	scripts.Set("sealNow", js.FuncOf(func(_ js.Value, args []js.Value) any {
		sealed, err := seal(bytesOf(args[0]), bytesOf(args[1]), bytesOf(args[2]))
		if err != nil {
			return js.Null()
		}
		return bytesTo(sealed)
	}))
}

// seal returns nonce, ciphertext and tag of AES-256-GCM.
func seal(key, text, bound []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, text, bound), nil
}

func bytesOf(v js.Value) []byte {
	b := make([]byte, v.Get("length").Int())
	js.CopyBytesToGo(b, v)
	return b
}

func bytesTo(b []byte) js.Value {
	v := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(v, b)
	return v
}
