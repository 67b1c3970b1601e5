package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func TestWriteDist(t *testing.T) {
	sheet := []byte(strings.Repeat("body { margin: 0 }\n", 100))
	files := map[string][]byte{"style.css": sheet, "icons/dot.png": []byte("tiny")}

	t.Run("compressed copies hold the same bytes", func(t *testing.T) {
		dist := mustWrite(t, t.TempDir(), files, 5)

		brotlied, err := io.ReadAll(brotli.NewReader(bytes.NewReader(mustRead(t, dist, "style.css.br"))))
		if err != nil || !bytes.Equal(brotlied, sheet) {
			t.Errorf("brotli: %d bytes, %v", len(brotlied), err)
		}
		reader, err := gzip.NewReader(bytes.NewReader(mustRead(t, dist, "style.css.gz")))
		if err != nil {
			t.Fatal(err)
		}
		gzipped, err := io.ReadAll(reader)
		if err != nil || !bytes.Equal(gzipped, sheet) {
			t.Errorf("gzip: %d bytes, %v", len(gzipped), err)
		}
	})

	t.Run("a file that does not shrink has no copies", func(t *testing.T) {
		dist := mustWrite(t, t.TempDir(), files, 5)
		for _, name := range []string{"icons/dot.png.br", "icons/dot.png.gz"} {
			if _, err := os.Stat(filepath.Join(dist, name)); !os.IsNotExist(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})

	t.Run("only what is wanted remains, and the README", func(t *testing.T) {
		dist := t.TempDir()
		for _, name := range []string{"README", "old.js", "old.js.br", "style.css.gz"} {
			mustPut(t, dist, name)
		}
		mustWrite(t, dist, files, 5)
		if _, err := os.Stat(filepath.Join(dist, "README")); err != nil {
			t.Error(err)
		}
		for _, name := range []string{"old.js", "old.js.br"} {
			if _, err := os.Stat(filepath.Join(dist, name)); !os.IsNotExist(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})

	t.Run("unchanged files are left alone, unless better compression is asked for", func(t *testing.T) {
		dist := mustWrite(t, t.TempDir(), files, 5)
		mustPut(t, dist, "style.css.br") // the mark by which we see a rewrite
		rewritten := func() bool { return len(mustRead(t, dist, "style.css.br")) > 0 }

		if mustWrite(t, dist, files, 5); rewritten() {
			t.Error("compressed again at the same quality")
		}
		if mustWrite(t, dist, files, 4); rewritten() {
			t.Error("compressed again at a lower quality")
		}
		if mustWrite(t, dist, files, 9); !rewritten() {
			t.Error("not compressed again at a higher quality")
		}
	})

	t.Run("what was compressed in haste is compressed again for release", func(t *testing.T) {
		dist := mustWrite(t, t.TempDir(), files, 11)
		var code strings.Builder
		for i := range 2000 {
			fmt.Fprintf(&code, "p%x { color: #%06x }\n", i*i, i*7919)
		}
		changed := map[string][]byte{"style.css": []byte(code.String())}
		mustWrite(t, dist, changed, 1)
		hasty := mustRead(t, dist, "style.css.br")
		mustWrite(t, dist, changed, 11)
		if careful := mustRead(t, dist, "style.css.br"); len(careful) >= len(hasty) {
			t.Errorf("%d bytes, %d in haste", len(careful), len(hasty))
		}
	})

	t.Run("a changed file is compressed again", func(t *testing.T) {
		dist := mustWrite(t, t.TempDir(), files, 5)
		mustPut(t, dist, "style.css.br")
		mustWrite(t, dist, map[string][]byte{"style.css": append(sheet, ' ')}, 5)
		if len(mustRead(t, dist, "style.css.br")) == 0 {
			t.Error("the old copy is still there")
		}
	})
}

func TestAddStylesheet(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "web", "css"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"2-page.css": "second\n", "1-token.css": "first\n"} {
		if err := os.WriteFile(filepath.Join(root, "web", "css", name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files := make(map[string][]byte)
	if err := addStylesheet(files, root); err != nil {
		t.Fatal(err)
	}
	if got := string(files["style.css"]); got != "first\nsecond\n" {
		t.Errorf("got %q", got)
	}
}

func mustWrite(t *testing.T, dist string, files map[string][]byte, quality int) string {
	t.Helper()
	if err := writeDist(dist, files, quality); err != nil {
		t.Fatal(err)
	}
	return dist
}

func mustRead(t *testing.T, dist, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dist, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// mustPut leaves an empty file.
func mustPut(t *testing.T, dist, name string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dist, name), nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestAddProgram builds twice. Were the bytes to differ, every build would be
// offered to people as a new version.
func TestJoinScripts(t *testing.T) {
	files := make(map[string][]byte)
	for _, name := range append(append([]string{}, commonScripts...), ownScripts...) {
		files[name] = []byte(name)
	}
	if err := joinScripts(files); err != nil {
		t.Fatal(err)
	}
	if got, want := string(files["page.js"]), "db.js\nvault.js\nrows.js\nleaving.js\nstore.js\noutbox.js\nfeatures.js\nfacts.js\nexit.js\nkeys.js\npasskey.js\nwasm_exec.js\nboot.js\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(files) != len(commonScripts)+1 {
		t.Errorf("%d files remain beside the joined one", len(files)-1)
	}
	delete(files, "db.js")
	if err := joinScripts(files); err == nil {
		t.Error("a script that is missing is not missed")
	}
}

func TestAddProgram(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	first, second := make(map[string][]byte), make(map[string][]byte)
	for _, files := range []map[string][]byte{first, second} {
		if err := addProgram(t.Context(), files, root); err != nil {
			t.Fatal(err)
		}
	}
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s differs from one build to the next", name)
		}
	}
}
