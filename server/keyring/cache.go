package keyring

import (
	"container/list"
	"crypto/cipher"
	"strings"
	"sync"
	"time"
)

// Bounds of the cache of data keys.
const (
	maxCached = 4096 // keys
	// maxAge is how long a key that another process destroyed still opens here.
	maxAge = time.Minute
)

// cache holds the data keys used last, as far as they are committed.
type cache struct {
	now func() time.Time

	mu        sync.Mutex
	byName    map[string]*list.Element
	order     *list.List // of cachedKey, the one used last in front
	forgotten int        // how often keys were
}

type cachedKey struct {
	name string
	aead cipher.AEAD
	read time.Time // from the store
}

func newCache(now func() time.Time) *cache {
	return &cache{now: now, byName: make(map[string]*list.Element), order: list.New()}
}

// find returns nil if there is no key of the name, or it is too old.
func (c *cache) find(name string) cipher.AEAD {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byName[name]
	if !ok {
		return nil
	}
	key := e.Value.(cachedKey)
	if c.now().Sub(key.read) >= maxAge {
		c.remove(e)
		return nil
	}
	c.order.MoveToFront(e)
	return key.aead
}

// moment names a moment, for add.
func (c *cache) moment() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.forgotten
}

// add keeps a key that was there after a moment, unless keys were forgotten since:
// it may be one of them. It drops the one not used for the longest time if there
// are too many.
func (c *cache) add(name string, aead cipher.AEAD, since int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forgotten != since {
		return
	}
	if e, ok := c.byName[name]; ok {
		c.remove(e)
	}
	c.byName[name] = c.order.PushFront(cachedKey{name: name, aead: aead, read: c.now()})
	if c.order.Len() > maxCached {
		c.remove(c.order.Back())
	}
}

// forget drops the keys whose names begin with prefix.
func (c *cache) forget(prefix string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgotten++
	for name, e := range c.byName {
		if strings.HasPrefix(name, prefix) {
			c.remove(e)
		}
	}
}

func (c *cache) remove(e *list.Element) {
	delete(c.byName, c.order.Remove(e).(cachedKey).name)
}
