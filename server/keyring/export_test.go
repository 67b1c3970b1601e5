package keyring

// The bounds of the cache.
const (
	MaxCached = maxCached
	MaxAge    = maxAge
)

// Cached returns how many data keys are cached.
func (k *Keyring) Cached() int { return len(k.cache.byName) }
