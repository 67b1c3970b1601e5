// Package localkey turns a password or a passphrase into the key that wraps the
// local key of a device: what someone who has the device must guess.
//
// It must not keep anything, and it never sees the local key.
package localkey

import "golang.org/x/crypto/argon2"

// The cost of one guess: argon2id (RFC 9106, section 4, second recommended
// option) with one lane, since WebAssembly has one thread.
const (
	Memory  = 64 * 1024 // KiB
	Passes  = 3
	Lanes   = 1
	KeySize = 32 // bytes
)

// Derive returns the key made of a secret and a random salt. It takes 64 MiB and
// some tenths of a second.
func Derive(secret, salt []byte) []byte {
	return argon2.IDKey(secret, salt, Passes, Memory, Lanes, KeySize)
}
