package account

import (
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// HashQuickly has passwords hashed with next to no work, where a test is not of the
// hashes. What is hashed says the usual parameters all the same.
func HashQuickly(s *Service) *Service {
	s.passwords.derive = func(password, salt []byte, _, _ uint32, threads uint8, keyLen uint32) []byte {
		return argon2.IDKey(password, salt, 1, 8, threads, keyLen)
	}
	return s
}

// CountHashes counts the passwords hashed from now on, and the most at once.
func CountHashes(s *Service) (total, most *atomic.Int64) {
	total, most = new(atomic.Int64), new(atomic.Int64)
	var running atomic.Int64
	derive := s.passwords.derive
	s.passwords.derive = func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
		total.Add(1)
		for now := running.Add(1); ; {
			before := most.Load()
			if now <= before || most.CompareAndSwap(before, now) {
				break
			}
		}
		defer running.Add(-1)
		return derive(password, salt, time, memory, threads, keyLen)
	}
	return total, most
}
