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

// computes is a program that prints what comes of floating-point numbers and of AES.
const computes = `package main

import (
	"crypto/aes"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
)

func main() {
	random := rand.New(rand.NewPCG(1, 2))
	numbers := []float64{0, 1, -1, 0.1, 0.3, 12.5, 1e21, 1e-7, 5e-324, math.MaxFloat64, math.MaxFloat32, math.NaN(), math.Inf(-1)}
	for i := range 2_000 {
		numbers = append(numbers, math.Float64frombits(random.Uint64()), float64(random.IntN(1e6))/100, float64(i)*math.Pi)
	}
	for _, n := range numbers {
		var line []byte
		for _, bits := range []int{32, 64} {
			for _, format := range "efg" {
				for _, places := range []int{-1, 0, 1, 2, 8, 17, 30} {
					line = append(strconv.AppendFloat(line, n, byte(format), places, bits), ' ')
				}
			}
			back, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 12, 64), bits)
			line = fmt.Append(line, math.Float64bits(back), err, ' ')
		}
		fmt.Println(string(line))
	}
	for i := range 300 {
		key, block := make([]byte, 16+i%3*8), make([]byte, aes.BlockSize)
		for _, b := range [][]byte{key, block} {
			for at := range b {
				b[at] = byte(random.Uint32())
			}
		}
		cipher, err := aes.NewCipher(key)
		if err != nil {
			panic(err)
		}
		cipher.Encrypt(block, block)
		fmt.Printf("%x", block)
		cipher.Decrypt(block, block)
		cipher.Decrypt(block, block)
		fmt.Printf(" %x\n", block)
	}
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

	t.Run("numbers and AES are those of the standard library", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, []byte(computes), 0o600); err != nil {
			t.Fatal(err)
		}
		want, err := exec.CommandContext(t.Context(), "go", "run", file).Output()
		if err != nil {
			t.Fatal(err)
		}
		overlay, err := slimLibrary(goroot, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Split(mustRun(t, mustCompile(t, computes, "-overlay="+overlay)), "\n")
		lines := strings.Split(string(want), "\n")
		if len(lines) < 6_000 || len(got) != len(lines) {
			t.Fatalf("%d lines, want %d", len(got), len(lines))
		}
		for i, line := range lines {
			if got[i] != line {
				t.Fatalf("got %s, want %s", got[i], line)
			}
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
