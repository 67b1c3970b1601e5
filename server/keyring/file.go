package keyring

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The key file has one line for each key, oldest first: its id, a space, and
// the key in standard base64. The last one wraps; the others only unwrap.

// What an id of a key is made of: it has to fit the details of events.
const (
	maxID   = 64 // bytes
	idChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/+-"
)

// entry is a line of the key file.
type entry struct {
	id  string
	key []byte
}

// readFile reads the key file. Its errors never repeat what is in it.
func readFile(path string) ([]entry, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("missing, but the database holds keys wrapped under it")
	}
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("open to others (mode %04o, want 0600)", mode)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var entries []entry
	seen := make(map[string]bool)
	for i, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		id, encoded, found := strings.Cut(strings.TrimSpace(line), " ")
		key, err := base64.StdEncoding.DecodeString(encoded)
		if !found || id == "" || len(id) > maxID || strings.Trim(id, idChars) != "" || err != nil || len(key) != KeySize {
			return nil, fmt.Errorf("line %d is not an id of letters, digits and ._:/+- and a key of %d bytes in base64", i+1, KeySize)
		}
		if seen[id] {
			return nil, fmt.Errorf("line %d repeats an id", i+1)
		}
		seen[id] = true
		entries = append(entries, entry{id: id, key: key})
	}
	return entries, nil
}

// createFile makes the key file with one new key, and its folder if need be. A
// file that is there already stays as it is. The new file appears whole and on
// disk, or not at all.
func createFile(path string, rand io.Reader) error {
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	dir := filepath.Dir(path)
	if err := createFolder(dir); err != nil {
		return fmt.Errorf("create folder: %w", err)
	}
	line, err := newLine(rand)
	if err != nil {
		return err
	}
	name, err := writeTemp(dir, []byte(line))
	if err != nil {
		return err
	}
	defer os.Remove(name)
	// Link, unlike Rename, never replaces a file.
	if err := os.Link(name, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("create: %w", err)
	}
	return syncDir(dir)
}

// createFolder makes a folder and those it lies in, all on disk.
func createFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	parent := filepath.Dir(dir)
	if err := createFolder(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(parent)
}

// newLine makes a line of the key file: a new key behind an id of its own.
func newLine(rand io.Reader) (string, error) {
	content := make([]byte, 4+KeySize)
	if _, err := io.ReadFull(rand, content); err != nil {
		return "", fmt.Errorf("make key: %w", err)
	}
	return hex.EncodeToString(content[:4]) + " " + base64.StdEncoding.EncodeToString(content[4:]) + "\n", nil
}

// tempPrefix begins the names of files under way.
const tempPrefix = ".kek-"

// removeStrays removes the copies of the keys that processes left which were
// killed while they wrote. No other process may write meanwhile.
func removeStrays(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), tempPrefix) {
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	if err != nil {
		return fmt.Errorf("remove what was left: %w", err)
	}
	return nil
}

// writeTemp writes a file into the folder, for its owner alone, and returns its
// name once it is on disk.
func writeTemp(dir string, content []byte) (name string, err error) {
	f, err := os.CreateTemp(dir, tempPrefix+"*") // of mode 0600
	if err != nil {
		return "", fmt.Errorf("create: %w", err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("write: %w", err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// syncDir writes the names in a folder to the disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}
