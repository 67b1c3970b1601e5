// Command build makes web/dist, the folder embedded in the server: the browser
// program app.wasm, the rules and models of guidance, which it loads, Go's
// wasm_exec.js, our scripts, the stylesheet and the icons, each with a brotli (.br) and a gzip (.gz) copy where that saves bytes.
//
// The same sources and the same Go release give the same bytes. It must not
// know what the files mean: names and addresses are the business of package
// web, caching that of the service worker.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"pleiades/shared/guidance"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "web/build:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("build", flag.ExitOnError)
	quality := flags.Int("quality", 11, "least brotli quality, 0 to 11: 5 takes a second, 11 about twenty")
	size := flags.Bool("size", false, "print the sizes of app.wasm")
	limit := flags.Int64("limit", 0, "fail if app.wasm is larger than this many bytes after brotli; 0 is no limit")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *quality < 0 || *quality > 11 {
		return fmt.Errorf("-quality %d: brotli knows 0 to 11", *quality)
	}

	root, err := goOutput(ctx, "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return fmt.Errorf("find the module: %w", err)
	}
	files, err := collect(ctx, root)
	if err != nil {
		return err
	}
	dist := filepath.Join(root, "web", "dist")
	if err := writeDist(dist, files, *quality); err != nil {
		return fmt.Errorf("write %s: %w", dist, err)
	}

	if *size {
		if err := printSizes(out, dist); err != nil {
			return err
		}
	}
	return checkLimit(dist, *limit)
}

// collect compiles the browser program and reads everything else that goes
// into dist, by name.
func collect(ctx context.Context, root string) (map[string][]byte, error) {
	files := make(map[string][]byte)
	for _, step := range []func() error{
		func() error { return addProgram(ctx, files, root) },
		func() error { return addFolder(files, root, "web/js", "", ".js") },
		func() error { return addDeriver(files) },
		func() error { return joinScripts(files) },
		func() error { files["guidance.rules"] = []byte(guidance.Pack()); return nil },
		func() error { return addFolder(files, root, "web/icons", "icons/", ".svg", ".png", ".ico") },
		func() error { return addStylesheet(files, root) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// plainCalls compiles calls as calls, instead of putting what they call in their
// place, in packages where size matters more than speed. What reviews a text at
// each keystroke is not among them. The last pattern that fits a package counts.
var plainCalls = []string{
	"-gcflags=pleiades/...=-l", "-gcflags=github.com/...=-l",
	"-gcflags=encoding/...=-l", "-gcflags=fmt=-l", "-gcflags=net/...=-l", "-gcflags=time=-l",
	"-gcflags=pleiades/shared/guidance=", "-gcflags=pleiades/shared/help=",
}

// addProgram compiles pleiades/app and takes the script that starts it from
// the same Go release.
func addProgram(ctx context.Context, files map[string][]byte, root string) error {
	temp, err := os.MkdirTemp("", "pleiades-build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)

	if err := slimModule(ctx, root, temp); err != nil {
		return err
	}
	goroot, err := goOutput(ctx, "env", "GOROOT")
	if err != nil {
		return fmt.Errorf("find the Go release: %w", err)
	}
	overlay, err := slimLibrary(goroot, temp)
	if err != nil {
		return err
	}
	path := filepath.Join(temp, "app.wasm")
	args := []string{"build", "-mod=mod", "-overlay=" + overlay, "-trimpath", "-buildvcs=false", "-tags=apart", "-ldflags=-s -w", "-o", path}
	compile := exec.CommandContext(ctx, "go", append(append(args, plainCalls...), "./app")...)
	compile.Dir = temp
	compile.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	compile.Stdout, compile.Stderr = os.Stderr, os.Stderr
	if err := compile.Run(); err != nil {
		return fmt.Errorf("compile the browser program: %w", err)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if files["app.wasm"], err = pack(program); err != nil {
		return fmt.Errorf("pack the browser program: %w", err)
	}
	files["wasm_exec.js"], err = os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"))
	return err
}

// addDeriver puts what starts a Go program before the script of the worker that
// derives keys: a script of its own file alone needs nobody's leave to load.
func addDeriver(files map[string][]byte) error {
	script, ok := files["derive.js"]
	if !ok {
		return errors.New("there is no derive.js")
	}
	files["derive.js"] = slices.Concat(files["wasm_exec.js"], []byte("\n"), script)
	return nil
}

// The scripts of the pages that the program runs on, in the order in which they
// build on each other: first those that the worker and other pages have, too.
var (
	commonScripts = []string{"db.js", "vault.js", "rows.js", "leaving.js", "store.js", "outbox.js", "features.js", "facts.js", "exit.js"}
	ownScripts    = []string{"keys.js", "passkey.js", "wasm_exec.js", "boot.js"}
)

// joinScripts makes one file of them, page.js: each by itself would be waited for.
func joinScripts(files map[string][]byte) error {
	var joined []byte
	for _, name := range slices.Concat(commonScripts, ownScripts) {
		script, ok := files[name]
		if !ok {
			return fmt.Errorf("there is no %s", name)
		}
		joined = append(append(joined, script...), '\n')
	}
	for _, name := range ownScripts {
		delete(files, name)
	}
	files["page.js"] = joined
	return nil
}

// addFolder takes the files of one folder whose names end in one of the
// extensions, and puts them under prefix.
func addFolder(files map[string][]byte, root, folder, prefix string, extensions ...string) error {
	for _, extension := range extensions {
		paths, err := filepath.Glob(filepath.Join(root, folder, "*"+extension))
		if err != nil {
			return err
		}
		for _, path := range paths {
			name := prefix + filepath.Base(path)
			if files[name], err = os.ReadFile(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// addStylesheet joins web/css/*.css, in the order of their names, into one
// style.css.
func addStylesheet(files map[string][]byte, root string) error {
	paths, err := filepath.Glob(filepath.Join(root, "web", "css", "*.css")) // sorted
	if err != nil {
		return err
	}
	var sheet []byte
	for _, path := range paths {
		part, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sheet = append(sheet, part...)
	}
	files["style.css"] = sheet
	return nil
}

// goOutput runs the go command and returns the line it printed.
func goOutput(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "go", args...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	return strings.TrimSpace(string(out)), err
}

func printSizes(out io.Writer, dist string) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "app.wasm\tbytes\tMB\t")
	for _, copy := range []struct{ label, file string }{
		{"raw", "app.wasm"},
		{"gzip", "app.wasm" + gzipSuffix},
		{"brotli", "app.wasm" + brotliSuffix},
	} {
		info, err := os.Stat(filepath.Join(dist, copy.file))
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%d\t%.2f\t\n", copy.label, info.Size(), float64(info.Size())/1e6)
	}
	return table.Flush()
}

func checkLimit(dist string, limit int64) error {
	if limit == 0 {
		return nil
	}
	info, err := os.Stat(filepath.Join(dist, "app.wasm"+brotliSuffix))
	if err != nil {
		return err
	}
	if info.Size() > limit {
		return fmt.Errorf("app.wasm is %d bytes after brotli, the limit is %d", info.Size(), limit)
	}
	return nil
}
