package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// slimStandIn replaces what is left out, as far as the rest uses it.
//
//go:embed slim.txt
var slimStandIn []byte

// slimModule writes into folder a copy of our module, as far as the browser
// program needs it, that uses a copy of go-app without its server half. The way
// from one to the other is relative, since Go writes it into the program: the
// same sources must give the same bytes wherever folder is.
func slimModule(ctx context.Context, root, folder string) error {
	// Downloading finds it too where it is here already.
	out, err := goOutput(ctx, "mod", "download", "-json", goAppPath)
	if err != nil {
		return fmt.Errorf("find go-app: %w", err)
	}
	var module struct{ Version, Dir string }
	if err := json.Unmarshal([]byte(out), &module); err != nil {
		return fmt.Errorf("find go-app: %w", err)
	}
	if module.Version != goAppVersion {
		return fmt.Errorf("go-app is %s, but web/build/slim.go knows %s: see which of its files only a server needs, then change slim.go", module.Version, goAppVersion)
	}

	copied := filepath.Join(folder, "go-app")
	if err := os.CopyFS(copied, os.DirFS(module.Dir)); err != nil {
		return fmt.Errorf("copy go-app: %w", err)
	}
	if err := slimGoApp(filepath.Join(copied, "pkg", "app")); err != nil {
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
	edit := exec.CommandContext(ctx, "go", "mod", "edit", "-replace="+goAppPath+"=./go-app")
	edit.Dir, edit.Stderr = folder, os.Stderr
	if err := edit.Run(); err != nil {
		return fmt.Errorf("use the copy of go-app: %w", err)
	}
	return nil
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
	// The copied files may be read-only, new ones are not.
	for name, content := range map[string][]byte{elements: source, "slim.go": slimStandIn} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// slimCurves replaces crypto/ecdh/nist.go: HPKE brings the NIST curves along,
// with a table of random-looking points, and we seal with X25519 and ML-KEM.
//
//go:embed curves.txt
var slimCurves []byte

// slimLibrary writes into folder the file for go build -overlay that leaves the
// NIST curves out of the standard library, and returns its path.
func slimLibrary(goroot, folder string) (string, error) {
	original := filepath.Join(goroot, "src", "crypto", "ecdh", "nist.go")
	if _, err := os.Stat(original); err != nil {
		return "", fmt.Errorf("leave out the NIST curves: %w", err)
	}
	replacement := filepath.Join(folder, "nist.go.txt")
	if err := os.WriteFile(replacement, slimCurves, 0o600); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {original: replacement}})
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "overlay.json")
	return path, os.WriteFile(path, overlay, 0o600)
}
