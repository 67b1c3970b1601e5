package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// deep is a program that does what reads the tables behind the code: its stack
// grows and is moved, the collector looks for pointers on it, and panics run
// what was deferred, through functions that were put into others.
const deep = `package main

import (
	"errors"
	"runtime"
	"strings"
)

type node struct {
	next *node
	text []byte
}

func sink(n int, before *node) (depth int) {
	defer func() {
		if r := recover(); r != nil {
			panic(r)
		}
	}()
	if n == 0 {
		runtime.GC()
		panic(errors.New("the bottom"))
	}
	return sink(n-1, &node{before, make([]byte, 100)}) + len(before.text)
}

func bottom() (err error) {
	defer func() { err = recover().(error) }()
	sink(2000, &node{})
	return nil
}

func main() {
	println(bottom().Error())
	_, file, line, ok := runtime.Caller(0)
	println(file, line, ok)
	stack := make([]byte, 10000)
	stack = stack[:runtime.Stack(stack, false)]
	println(strings.Contains(string(stack), "main.main()"))
}
`

func TestPack(t *testing.T) {
	goroot, err := goOutput(t.Context(), "env", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := slimLibrary(goroot, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	program := mustCompile(t, deep, "-overlay="+overlay)
	packed, err := pack(program)
	if err != nil {
		t.Fatal(err)
	}

	t.Run("it runs, and its stack traces name functions without lines", func(t *testing.T) {
		want := "the bottom\n? 0 true\ntrue\n"
		if got := mustRun(t, packed); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})

	t.Run("it is smaller after compression", func(t *testing.T) {
		before, after := mustCompress(t, program), mustCompress(t, packed)
		if after*10 > before*9 {
			t.Errorf("%d bytes, %d before", after, before)
		}
	})

	t.Run("what is cut or is no program is refused", func(t *testing.T) {
		for size := 0; size < len(program); size += len(program)/50 + 1 {
			if _, err := pack(program[:size]); err == nil {
				t.Errorf("%d of %d bytes were packed", size, len(program))
			}
		}
	})

	t.Run("tables that do not fit are refused or left, never read beyond", func(t *testing.T) {
		from, to, err := findSection(program, dataSection)
		if err != nil {
			t.Fatal(err)
		}
		memory, err := readData(program[from:to])
		if err != nil {
			t.Fatal(err)
		}
		header := bytes.Index(memory, tablesHeader)
		for at := header; at < header+72; at += 4 {
			broken := bytes.Clone(memory)
			broken[at] ^= 0xff
			_ = packTables(broken) // whether it is noticed depends on the byte
		}
		if err := packTables(memory[:header+1000]); err == nil {
			t.Error("tables that are cut")
		}
	})
}

func TestData(t *testing.T) {
	far := make([]byte, 3*gap)
	for name, memory := range map[string][]byte{
		"nothing":                     {},
		"leading zeros":               append(make([]byte, 100), 1, 2, 3),
		"a long stretch of zeros":     append(append([]byte{1}, far...), 2),
		"a short one, and one of gap": append(append([]byte{1, 0, 0, 2}, far[:gap]...), 3),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readData(writeData(memory))
			if err != nil || !bytes.Equal(got, memory) {
				t.Errorf("%d bytes of %d, %v", len(got), len(memory), err)
			}
		})
	}
}

func mustCompile(t *testing.T, source string, flags ...string) []byte {
	t.Helper()
	folder := t.TempDir()
	file, program := filepath.Join(folder, "main.go"), filepath.Join(folder, "main.wasm")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"build", "-ldflags=-s -w", "-o", program}, flags...)
	compile := exec.CommandContext(t.Context(), "go", append(args, file)...)
	compile.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	content, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// mustRun runs a program in Node.js and returns what it printed.
func mustRun(t *testing.T, program []byte) string {
	t.Helper()
	goroot, err := goOutput(context.WithoutCancel(t.Context()), "env", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "main.wasm")
	if err := os.WriteFile(path, program, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(goroot, "lib", "wasm", "go_js_wasm_exec"), path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v (it needs Node.js)\n%s", err, out)
	}
	return strings.ReplaceAll(string(out), "\r\n", "\n")
}

func mustCompress(t *testing.T, content []byte) int {
	t.Helper()
	folder := mustWrite(t, t.TempDir(), map[string][]byte{"program": content}, 5)
	return len(mustRead(t, folder, "program.br"))
}
