package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sorts is a program that uses what is replaced.
const sorts = `package main

import (
	"cmp"
	"html"
	"slices"
)

type pair struct{ key, place int }

func main() {
	var all []pair
	for i := range 1000 {
		all = append(all, pair{i * 7919 % 31, i})
	}
	for _, list := range [][]pair{nil, all[:1], all[:2], all[:3], all} {
		list := slices.Clone(list)
		slices.SortFunc(list, func(a, b pair) int { return cmp.Compare(a.key, b.key) })
		println(slices.IsSortedFunc(list, func(a, b pair) int {
			return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.place, b.place))
		}))
		slices.SortStableFunc(list, func(a, b pair) int { return cmp.Compare(b.key, a.key) })
		println(slices.IsSortedFunc(list, func(a, b pair) int {
			return cmp.Or(cmp.Compare(b.key, a.key), cmp.Compare(a.place, b.place))
		}))
	}
	words := []string{"tea", "", "care", "apple", "care"}
	slices.Sort(words)
	println(len(words), words[0]+words[1]+words[2]+words[3]+words[4], html.EscapeString("<a>"))
}
`

func TestSlimLibrary(t *testing.T) {
	goroot, err := goOutput(t.Context(), "env", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}

	t.Run("it sorts as the standard library does, and keeps the order of what is equal", func(t *testing.T) {
		overlay, err := slimLibrary(goroot, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Repeat("true\n", 10) + "5 applecarecaretea &lt;a&gt;\n"
		if got := mustRun(t, mustCompile(t, sorts, "-overlay="+overlay)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})

	t.Run("a file of another release is refused", func(t *testing.T) {
		for _, r := range replaced {
			other := t.TempDir()
			for _, file := range libraryFiles() {
				mustCopy(t, filepath.Join(goroot, "src", file), filepath.Join(other, "src", file))
			}
			if _, err := slimLibrary(other, t.TempDir()); err != nil {
				t.Fatal(err)
			}
			f, err := os.OpenFile(filepath.Join(other, "src", r.file), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteString("\n"); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := slimLibrary(other, t.TempDir()); err == nil || !strings.Contains(err.Error(), r.file) {
				t.Errorf("%s: %v", r.file, err)
			}
		}
	})

	t.Run("a file to edit that is not as it was is refused", func(t *testing.T) {
		for _, e := range edits {
			source := string(mustRead(t, filepath.Join(goroot, "src"), e.file))
			for _, c := range e.changes {
				for _, other := range []string{strings.Replace(source, c.from, "", 1), source + c.from} {
					if _, err := edit(other, e.changes); err == nil {
						t.Errorf("%s with another %q", e.file, c.from)
					}
				}
			}
		}
	})
}

func TestDropDescriptions(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "wire.go")
	if err := os.WriteFile(path, []byte("package wire\n\ntype A struct {\n\tB int `json:\"b\" doc:\"What it is.\"`\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := dropDescriptions(folder); err != nil {
		t.Fatal(err)
	}
	if got := string(mustRead(t, folder, "wire.go")); !strings.Contains(got, "`json:\"b\"`") {
		t.Errorf("got %s", got)
	}
	if err := dropDescriptions(folder); err == nil {
		t.Error("what describes nothing was taken")
	}
}

func libraryFiles() (files []string) {
	for _, r := range replaced {
		files = append(files, r.file)
	}
	for _, e := range edits {
		files = append(files, e.file)
	}
	return files
}

func mustCopy(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "cp", from, to).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.Chmod(to, 0o600); err != nil {
		t.Fatal(err)
	}
}
