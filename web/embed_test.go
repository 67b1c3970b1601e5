package web

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// built is a small dist: app.wasm in three encodings, style.css plain and
// gzipped, and files of other kinds as they are.
func built() fstest.MapFS {
	return fstest.MapFS{
		"README":              {Data: []byte("about this folder")},
		"app.wasm":            {Data: []byte("plain program")},
		"app.wasm.br":         {Data: []byte("brotli")},
		"app.wasm.gz":         {Data: []byte("gzipped")},
		"icons/icon.svg":      {Data: []byte("<svg/>")},
		"icons/icon-192.png":  {Data: []byte("png")},
		"style.css":           {Data: []byte("body { margin: 0 }")},
		"style.css.gz":        {Data: []byte("gzipped sheet")},
		"worker.js":           {Data: []byte("worker")},
		"wasm_exec.js":        {Data: []byte("go")},
		"icons/favicon.ico":   {Data: []byte("ico")},
		"icons/icon-mask.svg": {Data: []byte("<svg></svg>")},
	}
}

func mustLoad(t *testing.T, files fs.FS) *Assets {
	t.Helper()
	assets, err := load(files)
	if err != nil {
		t.Fatal(err)
	}
	return assets
}

func TestLoad(t *testing.T) {
	t.Run("a clean checkout says what to do", func(t *testing.T) {
		_, err := load(fstest.MapFS{"README": {}})
		if !errors.Is(err, ErrNotBuilt) {
			t.Fatalf("got %v, want ErrNotBuilt", err)
		}
	})

	t.Run("a file of an unknown kind is refused by name", func(t *testing.T) {
		files := built()
		files["notes.txt"] = &fstest.MapFile{}
		_, err := load(files)
		if err == nil || !strings.Contains(err.Error(), "notes.txt") {
			t.Fatalf("got %v, want an error that names notes.txt", err)
		}
	})

	t.Run("the same files have the same version", func(t *testing.T) {
		if a, b := mustLoad(t, built()), mustLoad(t, built()); a.Version != b.Version {
			t.Fatalf("%s and %s", a.Version, b.Version)
		}
	})

	t.Run("one changed file changes the version and its own address alone", func(t *testing.T) {
		files := built()
		files["style.css"] = &fstest.MapFile{Data: []byte("body { margin: 1px }")}
		files["style.css.gz"] = &fstest.MapFile{Data: []byte("gzipped sheet with 1px")}
		before, after := mustLoad(t, built()), mustLoad(t, files)
		if before.Version == after.Version {
			t.Error("the version stayed the same")
		}
		if before.URL("style.css") == after.URL("style.css") {
			t.Error("the address of style.css stayed the same")
		}
		if before.URL("app.wasm") != after.URL("app.wasm") {
			t.Error("the address of app.wasm changed")
		}
	})

	t.Run("content that moves to another name changes the version", func(t *testing.T) {
		files := built()
		files["icons/icon.svg"], files["icons/icon-mask.svg"] = files["icons/icon-mask.svg"], files["icons/icon.svg"]
		if mustLoad(t, built()).Version == mustLoad(t, files).Version {
			t.Fatal("the version stayed the same")
		}
	})
}

func TestPrecache(t *testing.T) {
	assets := mustLoad(t, built())
	urls := assets.Precache()

	var want []string
	for name := range maps.Keys(built()) {
		if name != "README" && name != Worker && !isCopy(name) {
			want = append(want, assets.URL(name))
		}
	}
	slices.Sort(want)
	if !slices.Equal(urls, want) {
		t.Fatalf("got %q, want %q", urls, want)
	}
}

func TestRead(t *testing.T) {
	assets := mustLoad(t, built())
	if content, err := assets.Read(Worker); err != nil || string(content) != "worker" {
		t.Errorf("got %q, %v", content, err)
	}
	if _, err := assets.Read("missing.js"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
}
