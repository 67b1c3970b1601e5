package account

import (
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// CountHashes counts the passwords hashed from now on, and the most at once.
func CountHashes(s *Service) (total, most *atomic.Int64) {
	total, most = new(atomic.Int64), new(atomic.Int64)
	var running atomic.Int64
	s.passwords.derive = func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
		total.Add(1)
		for now := running.Add(1); ; {
			before := most.Load()
			if now <= before || most.CompareAndSwap(before, now) {
				break
			}
		}
		defer running.Add(-1)
		return argon2.IDKey(password, salt, time, memory, threads, keyLen)
	}
	return total, most
}
