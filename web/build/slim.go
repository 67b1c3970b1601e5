package main

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// go-app is one package for both sides. Its server half (the HTTP handler and
// what serves files) brings net/http, TLS and their tables into the browser
// program, a quarter of its size, though nothing there can use them. The
// program is therefore compiled against a copy of go-app without those files.
//
// The copy is of one known release: with another one the build fails here, in
// words, until someone has looked at what its files hold now.
const (
	goAppPath    = "github.com/maxence-charriere/go-app/v10"
	goAppVersion = "v10.1.11"
)

// serverHalf are the files of go-app's package app that only a server needs.
var serverHalf = []string{"http.go", "resource.go", "static.go", "wasm.go"}

// router is the file that finds a page by a regular expression. The browser has
// them too, and so the program needs none of its own.
const router = "route.go"

// elements is the file of the HTML elements, see oneElement.
const elements = "html_gen.go"

// fewerCalls are changes of go-app by which drawing calls JavaScript less often: each
// call, each text that is handed over and each object that comes back costs
// microseconds, and a page is hundreds of them.
var fewerCalls = []struct {
	file    string
	changes []change
}{
	{"js_wasm.go", []change{
		{`w.Get("document").Call("createElement", tag)`, `document.Call("createElement", word(tag))`},
		{`w.Get("document").Call("createElementNS", xmlns, tag)`, `document.Call("createElementNS", word(xmlns), word(tag))`},
		{`w.Get("document").Call("createTextNode", v)`, `document.Call("createTextNode", v)`},
		{`v.Call("appendChild", c)`, `v.Call("append", c)`}, // which returns nothing
		{`v.Call("addEventListener", event, fn)`, `v.Call("addEventListener", word(event), fn)`},
	}},
	{"attribute.go", []change{{`jsElement.Call("setAttribute", name, value)`, `jsElement.Call("setAttribute", word(name), value)`}}},
}

// slimStandIn replaces what is left out, as far as the rest uses it.
//
//go:embed slim.txt
var slimStandIn []byte

// slimModule writes into folder a copy of our module, as far as the browser
// program needs it, that uses a copy of go-app without its server half. The way
// from one to the other is relative, since Go writes it into the program: the
// same sources must give the same bytes wherever folder is.
func slimModule(ctx context.Context, root, folder string) error {
	goApp, err := copyModule(ctx, goAppPath, goAppVersion, folder)
	if err != nil {
		return err
	}
	if err := slimGoApp(filepath.Join(goApp, "pkg", "app")); err != nil {
		return fmt.Errorf("slim go-app: %w", err)
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		b, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name), b, 0o600); err != nil {
			return err
		}
	}
	for _, name := range []string{"app", "shared"} {
		if err := os.CopyFS(filepath.Join(folder, name), os.DirFS(filepath.Join(root, name))); err != nil {
			return fmt.Errorf("copy %s: %w", name, err)
		}
	}
	if err := dropDescriptions(filepath.Join(folder, "shared", "wire")); err != nil {
		return fmt.Errorf("drop the descriptions of the API: %w", err)
	}
	if err := putNorm(folder); err != nil {
		return err
	}
	edit := exec.CommandContext(ctx, "go", "mod", "edit", "-replace="+goAppPath+"=./"+filepath.Base(goApp), "-replace="+textPath+"=./text")
	edit.Dir, edit.Stderr = folder, os.Stderr
	if err := edit.Run(); err != nil {
		return fmt.Errorf("use the copy of go-app and our own norm: %w", err)
	}
	return nil
}

// textPath is the module of which the browser program uses unicode/norm alone,
// whose tables the browser has.
const textPath = "golang.org/x/text"

// putNorm writes what stands in its place into folder, as a module, text.
func putNorm(folder string) error {
	source, err := library.ReadFile("library/norm.txt")
	if err != nil {
		return err
	}
	norm := filepath.Join(folder, "text", "unicode", "norm")
	if err := os.MkdirAll(norm, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(norm, "norm.go"), source, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "text", "go.mod"), []byte("module "+textPath+"\n\ngo 1.26\n"), 0o600)
}

// copyModule copies a module, of a known version, into folder and returns where
// it is.
func copyModule(ctx context.Context, path, version, folder string) (string, error) {
	// Downloading finds it too where it is here already.
	out, err := goOutput(ctx, "mod", "download", "-json", path)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	var module struct{ Version, Dir string }
	if err := json.Unmarshal([]byte(out), &module); err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	if module.Version != version {
		return "", fmt.Errorf("%s is %s, but web/build/slim.go knows %s: see which of its files the browser program needs, then change slim.go",
			path, module.Version, version)
	}
	copied := filepath.Join(folder, strings.ReplaceAll(path, "/", "-"))
	if err := os.CopyFS(copied, os.DirFS(module.Dir)); err != nil {
		return "", fmt.Errorf("copy %s: %w", path, err)
	}
	return copied, nil
}

// slimGoApp changes the copy of go-app's package app in folder.
func slimGoApp(folder string) error {
	source, err := os.ReadFile(filepath.Join(folder, elements))
	if err != nil {
		return err
	}
	source, err = oneElement(source)
	if err != nil {
		return fmt.Errorf("%s: %w", elements, err)
	}
	for _, name := range append([]string{router, elements}, serverHalf...) {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	written := map[string][]byte{elements: source, "slim.go": slimStandIn}
	for _, f := range fewerCalls {
		path := filepath.Join(folder, f.file)
		original, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		changed, err := edit(string(original), f.changes)
		if err != nil {
			return fmt.Errorf("%s: %w", f.file, err)
		}
		if err := os.Remove(path); err != nil {
			return err
		}
		written[f.file] = []byte(changed)
	}
	// The copied files may be read-only, new ones are not.
	for name, content := range written {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// replaced are files of the standard library of which the browser program has no
// use, or less than there is. What stands in their place has the same names, as
// far as others use them.
var replaced = []struct {
	file string // below the sources of Go
	sum  string // the beginning of its SHA-256: another file has to be looked at first
	by   string // in library
}{
	// HPKE brings the NIST curves along, with a table of random-looking points, and
	// we seal with X25519 and ML-KEM.
	{"crypto/ecdh/nist.go", "1c4f8e4e6d809ab7", "nist.txt"},
	{"crypto/internal/fips140/ecdh/ecdh.go", "1453adce8f850a6c", "ecdh.txt"},
	{"crypto/internal/fips140/ecdh/cast.go", "fa667658cbdf01df", "cast.txt"},
	{"internal/godebug/godebug.go", "cd492e76ae63872a", "godebug.txt"},
	{"html/entity.go", "4e6dd013ad9d909f", "entity.txt"},
	{"slices/zsortanyfunc.go", "50398783e085ac9c", "sortfunc.txt"},
	{"slices/zsortordered.go", "f6d8d5df558075ca", "sortordered.txt"},
	{"crypto/internal/fips140/aes/const.go", "1e425707426f310a", "aes.txt"},
}

// edits are changes of files of the standard library that stay otherwise.
var edits = []struct {
	file    string
	sum     string // as above
	changes []change
	more    string // in library, added at the end
}{
	// Whether an execution is traced, which nothing in a browser can ask for. Told so
	// by a constant, the compiler leaves the tracer out.
	{"runtime/traceruntime.go", "9cc5ffc359ac3155", []change{
		{"func traceEnabled() bool {\n\treturn trace.enabled\n}", "func traceEnabled() bool {\n\treturn false\n}"},
		{"func traceAllocFreeEnabled() bool {\n\treturn trace.enabledWithAllocFree\n}", "func traceAllocFreeEnabled() bool {\n\treturn false\n}"},
		{"func traceShuttingDown() bool {\n\treturn trace.shutdown.Load()\n}", "func traceShuttingDown() bool {\n\treturn false\n}"},
	}, ""},
	// The tables of functions, see tables.go. Addresses count functions, so that
	// nothing is needed to find one.
	{"runtime/symtab.go", "556bdcf7743dc7be", []change{
		{"func moduledataverify1(datap *moduledata) {\n", "func moduledataverify1(datap *moduledata) {\n\tunpackTables(datap)\n"},
		{"\tidx := ffb.idx + uint32(ffb.subbuckets[i])\n", "\tidx := pcOff - datap.ftab[0].entryoff\n"},
		{"\tx := uintptr(pcOff) + datap.text - datap.minpc // TODO: are datap.text and datap.minpc always equal?\n", ""},
		{"\t\tx = uintptr(pcOff)<<16 + datap.text - datap.minpc\n", ""},
		{"\tb := x / abi.FuncTabBucketSize\n\ti := x % abi.FuncTabBucketSize / (abi.FuncTabBucketSize / nsub)\n", ""},
		{"\tffb := (*findfuncbucket)(add(unsafe.Pointer(datap.findfunctab), b*unsafe.Sizeof(findfuncbucket{})))\n", ""},
		{"\tconst nsub = uintptr(len(findfuncbucket{}.subbuckets))\n", ""},
		{"\tfor datap.ftab[idx+1].entryoff <= pcOff {\n\t\tidx++\n\t}\n", ""},
	}, "unpack.txt"},
	// What these tables look like: nothing is changed.
	{"runtime/runtime2.go", "1aae37f643d6092a", nil, ""},
	// The fast ways between floating-point numbers and decimals, for which there is a
	// table of powers of ten: we have few, and the slow ways give the same.
	{"internal/strconv/atof.go", "2c2205ccab8626b6", []change{{"var optimize = true", "const optimize = false"}}, ""},
	// Whether an address of IP version 6 is one, the browser has looked.
	{"net/url/url.go", "7bec001746c2cd51", []change{
		{"\t\"net/netip\"\n", ""},
		{"\t\taddr, err := netip.ParseAddr(unescapedHostname)\n\t\tif err != nil {\n\t\t\treturn \"\", fmt.Errorf(\"invalid host: %w\", err)\n\t\t}\n" +
			"\t\tif addr.Is4() {\n\t\t\treturn \"\", errors.New(\"invalid IP-literal\")\n\t\t}\n", ""},
	}, ""},
}

// change is what is written in the place of what is there once.
type change struct{ from, to string }

//go:embed library
var library embed.FS

// slimLibrary writes into folder the file for go build -overlay that slims the
// standard library, and returns its path.
func slimLibrary(goroot, folder string) (string, error) {
	replace := make(map[string]string)
	put := func(original string, content []byte) error {
		path := filepath.Join(folder, strings.ReplaceAll(original, "/", "-")+".txt")
		replace[filepath.Join(goroot, "src", filepath.FromSlash(original))] = path
		return os.WriteFile(path, content, 0o600)
	}
	read := func(original, sum string) ([]byte, error) {
		content, err := os.ReadFile(filepath.Join(goroot, "src", filepath.FromSlash(original)))
		if err != nil {
			return nil, err
		}
		if found := sha256.Sum256(content); !strings.HasPrefix(hex.EncodeToString(found[:]), sum) {
			return nil, fmt.Errorf("%s of this Go release is not the file that was looked at (SHA-256 %x): "+
				"see what changed, then change slim.go, and tables.go", original, found[:8])
		}
		return content, nil
	}
	for _, r := range replaced {
		if _, err := read(r.file, r.sum); err != nil {
			return "", err
		}
		content, err := library.ReadFile("library/" + r.by)
		if err != nil {
			return "", err
		}
		if err := put(r.file, content); err != nil {
			return "", err
		}
	}
	for _, e := range edits {
		original, err := read(e.file, e.sum)
		if err != nil {
			return "", err
		}
		content, err := edit(string(original), e.changes)
		if err != nil {
			return "", fmt.Errorf("%s: %w", e.file, err)
		}
		if e.more != "" {
			more, err := library.ReadFile("library/" + e.more)
			if err != nil {
				return "", err
			}
			content += string(more)
		}
		if err := put(e.file, []byte(content)); err != nil {
			return "", err
		}
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "overlay.json")
	return path, os.WriteFile(path, overlay, 0o600)
}

// edit makes changes of a source.
func edit(source string, changes []change) (string, error) {
	for _, c := range changes {
		if strings.Count(source, c.from) != 1 {
			line, _, _ := strings.Cut(strings.TrimSpace(c.from), "\n")
			return "", fmt.Errorf("%q is not there once, as it was", line)
		}
		source = strings.Replace(source, c.from, c.to, 1)
	}
	return source, nil
}

// described is what package wire says of its fields for the description of the
// API, which the server makes.
var described = regexp.MustCompile(` doc:"[^"` + "`" + `]*"`)

// dropDescriptions leaves the descriptions of fields out of the Go files in
// folder.
func dropDescriptions(folder string) error {
	found := false
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found = found || described.Match(source)
		if err := os.WriteFile(path, described.ReplaceAll(source, nil), 0o600); err != nil {
			return err
		}
	}
	if !found {
		return errors.New("no field is described")
	}
	return nil
}
