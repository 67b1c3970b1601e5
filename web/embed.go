// Package web owns the static files of the app as the server ships them:
// app.wasm, the scripts, the stylesheet and the icons, built into dist by
// ./build and embedded here with their compressed copies. It gives each file
// an address that holds a hash of its best copy, and serves it from there for
// ever. It must not know pages, the API or anything of a person.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed dist
var dist embed.FS

// Names of files that others ask for.
const (
	// Program is the browser program.
	Program = "app.wasm"
	// Worker is the service worker. It is served from the root, at an address
	// that never changes, and so is not among the precached files.
	Worker = "worker.js"
)

// Prefix begins the path of every asset.
const Prefix = "/web/"

// hashLength is how many hex digits of a SHA-256 an address holds: 48 bits,
// plenty to tell the versions of one file apart.
const hashLength = 12

// ErrNotBuilt says that the browser program is not embedded.
var ErrNotBuilt = errors.New("the browser program is not built: run make build")

// contentTypes are the kinds of files served, by extension.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".ico":   "image/x-icon",
	".js":    "text/javascript; charset=utf-8",
	".png":   "image/png",
	".rules": "text/plain; charset=utf-8",
	".svg":   "image/svg+xml",
	".wasm":  "application/wasm",
}

// Assets are the static files of one build. They never change, so all methods
// may be called at the same time.
type Assets struct {
	// Version is a short hash over all files: another version means that at
	// least one file differs.
	Version string

	files fs.FS
	byURL map[string]asset
	urls  map[string]string // by name
}

// asset is one file with its copies.
type asset struct {
	name        string
	hash        string
	contentType string
	copies      map[string]int64 // size in bytes by encoding; identity is always there
}

// encodings are the content codings served, best first, with the suffix of
// the file each is kept in.
var encodings = []struct{ name, suffix string }{
	{"br", ".br"},
	{"gzip", ".gz"},
	{identity, ""},
}

const identity = "identity"

// Load reads the embedded files. It returns ErrNotBuilt on a clean checkout.
func Load() (*Assets, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return load(files)
}

func load(files fs.FS) (*Assets, error) {
	if _, err := fs.Stat(files, Program); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}

	a := &Assets{files: files, byURL: make(map[string]asset), urls: make(map[string]string)}
	version := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == "README" || isCopy(name) {
			return err
		}
		file, err := describe(files, name)
		if err != nil {
			return fmt.Errorf("asset %s: %w", name, err)
		}
		fmt.Fprintln(version, name, file.hash)
		url := Prefix + file.hash + "/" + name
		a.byURL[url] = file
		a.urls[name] = url
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.Version = hex.EncodeToString(version.Sum(nil))[:hashLength]
	return a, nil
}

func isCopy(name string) bool {
	return strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz")
}

func describe(files fs.FS, name string) (asset, error) {
	contentType, known := contentTypes[path.Ext(name)]
	if !known {
		return asset{}, errors.New("no content type is known for it")
	}
	copies := make(map[string]int64)
	hashed := ""
	for _, encoding := range encodings {
		info, err := fs.Stat(files, name+encoding.suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue // compressing did not make it smaller
		}
		if err != nil {
			return asset{}, err
		}
		copies[encoding.name] = info.Size()
		// The copy that is sent most, and the shortest: it stands for them all, and
		// the start waits for it.
		if hashed == "" {
			hashed = name + encoding.suffix
		}
	}
	hash, err := hashFile(files, hashed)
	if err != nil {
		return asset{}, err
	}
	return asset{name: name, hash: hash, contentType: contentType, copies: copies}, nil
}

func hashFile(files fs.FS, name string) (string, error) {
	file, err := files.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil))[:hashLength], nil
}

// URL returns the address of a file by its name in dist, such as "app.wasm" or
// "icons/icon.svg". It panics on a name that is not there: names are written
// in the code, not taken from requests.
func (a *Assets) URL(name string) string {
	url, ok := a.urls[name]
	if !ok {
		panic(fmt.Sprintf("web: there is no asset %q", name))
	}
	return url
}

// Precache lists, in a fixed order, the addresses of all files the app needs
// to work offline.
func (a *Assets) Precache() []string {
	var urls []string
	for name, url := range a.urls {
		if name != Worker {
			urls = append(urls, url)
		}
	}
	slices.Sort(urls)
	return urls
}

// Read returns the content of a file by its name in dist. The error wraps
// fs.ErrNotExist where there is none.
func (a *Assets) Read(name string) ([]byte, error) {
	return fs.ReadFile(a.files, name)
}
