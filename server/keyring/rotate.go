package keyring

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ErrRotating says that another process is rotating the keys of the file.
var ErrRotating = errors.New("another rotation is under way")

// Replacement is a wrapped key in place of another that wraps the same key.
type Replacement struct {
	Name     string
	Old, New []byte
}

// Rotation is what Rotate has done.
type Rotation struct {
	Active  string // id of the key-encryption key that wraps everything now
	Added   bool   // whether it is new; otherwise an earlier rotation was finished
	Wrapped int    // how many keys were wrapped anew
}

// Rotate adds a key-encryption key to the file and wraps every key of the store
// under it. The keys themselves stay the same, and so does what they seal. The
// old key-encryption keys stay in the file, for the database's backups. It may
// be interrupted at any point: then it is the next call that finishes it, and
// adds none. Other processes go on working meanwhile, if they read the same
// file. Keys that do not open are named in the error, and stay as they are. What
// was done until an error is returned beside it.
func (k *Keyring) Rotate(ctx context.Context) (Rotation, error) {
	unlock, err := lockFolder(filepath.Dir(k.path))
	if err != nil {
		return Rotation{}, fmt.Errorf("rotate: %w", err)
	}
	defer unlock()
	if err := k.reload(); err != nil {
		return Rotation{}, fmt.Errorf("rotate: %w", err)
	}
	var (
		done   Rotation
		broken []string
	)
	// What an interrupted rotation left.
	if done.Wrapped, broken, err = k.wrapAll(ctx); err == nil && done.Wrapped == 0 {
		if err := appendFile(k.path, k.rand); err != nil {
			return Rotation{}, fmt.Errorf("rotate: %w %s: %w", ErrKeyFile, k.path, err)
		}
		done.Added = true
		if err = k.reload(); err == nil {
			done.Wrapped, broken, err = k.wrapAll(ctx)
		}
	}
	done.Active = k.set.Load().active
	if err != nil {
		return done, fmt.Errorf("rotate: %w", err)
	}
	if broken != nil {
		return done, fmt.Errorf("rotate: done, but %d keys do not open and stay as they are: %s", len(broken), strings.Join(broken, ", "))
	}
	return done, nil
}

// wrapAll wraps every key of the store that another key wraps under the active
// key-encryption key, and returns how many it was, and which do not open. A key
// that changed meanwhile is left to whoever changed it.
func (k *Keyring) wrapAll(ctx context.Context) (wrapped int, broken []string, err error) {
	active := k.set.Load().active
	for after := ""; ; {
		page, err := k.store.ListWrappedKeys(ctx, after, pageSize)
		if err != nil {
			return wrapped, broken, fmt.Errorf("list wrapped keys: %w", err)
		}
		var list []Replacement
		for _, w := range page {
			after = w.Name
			if id, _, err := splitWrapped(w.Wrapped); err == nil && id == active {
				continue
			}
			key, err := k.Unwrap(ctx, w.Wrapped, []byte(w.Name))
			if err != nil {
				broken = append(broken, w.Name)
				continue
			}
			anew, err := k.Wrap(ctx, key, []byte(w.Name))
			if err != nil {
				return wrapped, broken, err
			}
			list = append(list, Replacement{Name: w.Name, Old: w.Wrapped, New: anew})
		}
		if err := k.store.ReplaceWrappedKeys(ctx, list); err != nil {
			return wrapped, broken, fmt.Errorf("replace wrapped keys: %w", err)
		}
		wrapped += len(list)
		if len(page) < pageSize {
			return wrapped, broken, nil
		}
	}
}

// Use is how much a key-encryption key is used.
type Use struct {
	ID     string
	Active bool // wraps new keys
	Wraps  int  // how many keys of the store it wraps
}

// Uses lists the keys of the file, in its order, with how many keys each wraps.
func (k *Keyring) Uses(ctx context.Context) ([]Use, error) {
	counts := make(map[string]int)
	err := k.eachWrapped(ctx, func(w WrappedKey) error {
		if id, _, err := splitWrapped(w.Wrapped); err == nil {
			counts[id]++
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	set := k.set.Load()
	uses := make([]Use, len(set.order))
	for i, id := range set.order {
		uses[i] = Use{ID: id, Active: id == set.active, Wraps: counts[id]}
	}
	return uses, nil
}

// appendFile adds a new key to the end of the key file. Whoever reads the file
// finds it as it was or whole with the new key, and so does who looks after a
// crash; its owner stays the same.
func appendFile(path string, rand io.Reader) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	line, err := newLine(rand)
	for err == nil && bytes.Contains(content, []byte(line[:strings.IndexByte(line, ' ')+1])) {
		line, err = newLine(rand) // the id is taken
	}
	if err != nil {
		return err
	}
	content = append(bytes.TrimRight(content, "\r\n"), "\n"+line...)

	dir := filepath.Dir(path)
	if err := removeStrays(dir); err != nil {
		return err
	}
	name, err := writeTemp(dir, content)
	if err != nil {
		return err
	}
	defer os.Remove(name)
	if err := keepOwner(name, path); err != nil {
		return err
	}
	if err := os.Rename(name, path); err != nil {
		return fmt.Errorf("replace: %w", err)
	}
	return syncDir(dir)
}

// keepOwner gives a file the owner of another.
func keepOwner(name, of string) error {
	info, err := os.Stat(of)
	if err != nil {
		return err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok {
		if err := os.Chown(name, int(owner.Uid), int(owner.Gid)); err != nil {
			return fmt.Errorf("keep the owner: %w", err)
		}
	}
	return nil
}

// lockFolder keeps other processes from rotating the keys in the folder until
// unlock is called or this process ends, however it ends.
func lockFolder(dir string) (unlock func(), err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	err = syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrRotating
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock: %w", err), d.Close())
	}
	return func() { _ = d.Close() }, nil
}
