// Package arch holds the tests that keep the house in order: where code may
// point, and what things may be called. It has no code of its own.
package arch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "pleiades"

// place says what the packages at one place may import.
type place struct {
	// path is a package below the module's root. With "/..." at its end it
	// stands for the packages below it too. The first place that fits counts.
	path string
	// ours lists what it may import of this module, written like path.
	ours []string
	// barred lists imports from elsewhere it may not have, written like path.
	barred []string
	// because is the reason, for whoever runs into it.
	because string
}

const (
	goApp = "github.com/maxence-charriere/go-app/v10/..."
	bun   = "github.com/uptrace/bun/..."
)

// places is the whole map. A package that stands nowhere on it is an error, so
// that a new one states where it may point before it is written.
var places = []place{
	{
		path:    "shared/message",
		barred:  []string{"net/http", "database/sql", "syscall/js", "os/exec", goApp},
		because: "it is the ground floor: both programs stand on it",
	},
	{
		path:    "shared/...",
		ours:    []string{"shared/..."},
		barred:  []string{"net/http", "database/sql", "syscall/js", "os/exec", goApp},
		because: "shared runs in the browser and on the server, and knows neither",
	},

	{
		path:    "app",
		ours:    []string{"app/...", "shared/..."},
		barred:  []string{"net/http", "syscall/js"},
		because: "the entry point wires the app's own packages, nothing else",
	},
	{
		path:    "app/page",
		ours:    []string{"app/ui", "app/state", "app/syncer", "app/remote", "shared/..."},
		barred:  []string{"net/http", "syscall/js"},
		because: "pages reach the server through syncer and remote; app/browser is the only way to JavaScript",
	},
	{
		path:    "app/ui",
		ours:    []string{"shared/..."},
		barred:  []string{"net/http", "syscall/js"},
		because: "components take data in and give callbacks out",
	},
	{
		path:    "app/state",
		ours:    []string{"shared/..."},
		barred:  []string{"net/http", "syscall/js", goApp},
		because: "what the app knows is plain Go, tested without a browser",
	},
	{
		path:    "app/syncer",
		ours:    []string{"app/state", "app/remote", "shared/..."},
		barred:  []string{"net/http", "syscall/js", goApp},
		because: "it moves data between state and remote and shows nothing",
	},
	{
		path:    "app/localkey",
		barred:  []string{"net/http", "syscall/js", goApp},
		because: "it turns a secret into a key and knows nothing else",
	},
	{
		path:    "app/remote",
		ours:    []string{"app/browser", "shared/..."},
		barred:  []string{"net/http", "syscall/js", goApp},
		because: "it calls the API through the browser's own fetch; net/http would add 5 MB",
	},
	{
		path:    "app/browser",
		ours:    []string{"shared/..."},
		barred:  []string{"net/http"},
		because: "it is the boundary to JavaScript and knows nothing of the app",
	},

	{
		path:    "server/limit",
		barred:  []string{"net/http", "database/sql", bun},
		because: "it counts, and does not know what",
	},
	{
		path:    "server/bearer",
		barred:  []string{"net/http", "database/sql", bun},
		because: "it makes tokens, and does not know what they are for",
	},
	{
		path:    "server/qr",
		barred:  []string{"net/http", "database/sql", bun},
		because: "it draws, and does not know what",
	},
	{
		path:    "server/permit",
		ours:    []string{"shared/..."},
		barred:  []string{"net/http", "database/sql", bun},
		because: "it decides by what it is told and finds out nothing itself",
	},
	{
		path:    "server/chat",
		ours:    []string{"server/audit", "server/permit", "shared/..."},
		barred:  []string{"net/http", "database/sql", bun},
		because: "the domain declares the store it needs and knows neither database nor HTTP",
	},
	{
		path:    "server/account/keytest",
		barred:  []string{"net/http", "database/sql", bun},
		because: "it stands in for a passkey in the tests of what takes one",
	},
	{
		path:    "server/account",
		ours:    []string{"server/audit", "server/bearer", "server/permit", "server/qr", "shared/..."},
		barred:  []string{"net/http", "database/sql", bun},
		because: "the domain declares the store it needs and knows neither database nor HTTP",
	},
	{
		path:    "server/audit",
		ours:    []string{"shared/..."},
		barred:  []string{"net/http", "database/sql", bun},
		because: "everyone who acts imports it, and the log must not depend on what it speaks of",
	},
	{
		path:    "server/support",
		ours:    []string{"server/audit", "server/bearer", "server/limit", "server/permit", "shared/..."},
		barred:  []string{"net/http", "database/sql", bun},
		because: "the domain declares the store it needs and knows neither database nor HTTP",
	},
	{
		path:    "server/outbox",
		ours:    []string{"server/chat", "server/support", "server/audit", "server/limit", "shared/..."},
		barred:  []string{"net/http", "database/sql", bun},
		because: "it opens what devices sealed and hands it to the domain; it knows neither database nor HTTP",
	},
	{
		path:    "server/feedback",
		ours:    []string{"shared/..."},
		barred:  []string{"net/http", "database/sql", bun},
		because: "the domain declares the store it needs and knows neither database nor HTTP",
	},
	{
		path:    "server/keyring",
		ours:    []string{"shared/..."},
		barred:  []string{"net/http", "database/sql", bun},
		because: "keys are kept apart from everything they protect",
	},
	{
		path:    "server/calendar",
		ours:    []string{"shared/availability"},
		barred:  []string{"net/http", "database/sql", bun},
		because: "it knows zones and holidays and nothing else",
	},
	{
		path:    "server/live",
		ours:    []string{"server/chat", "server/account", "shared/..."},
		barred:  []string{"net/http", "database/sql", bun},
		because: "it passes on what was committed, and stores nothing",
	},
	{
		path:    "server/notify",
		ours:    []string{"server/account", "shared/..."},
		barred:  []string{"net/http", "database/sql", bun},
		because: "it tells what it is given to tell, and finds out nothing itself",
	},
	{
		path:    "server/crisisfile",
		ours:    []string{"shared/crisis"},
		barred:  []string{"net/http", "database/sql", bun},
		because: "it reads one file at the start, so that the browser program need not know the format",
	},
	{
		path:    "server/store/migrations",
		because: "a migration never changes, so it must not depend on code that does",
	},
	{
		path:    "server/store/storetest",
		ours:    []string{"server/store", "server/chat", "server/account", "server/audit", "server/keyring", "shared/..."},
		because: "it makes databases and people for the tests of what stands on the store",
	},
	{
		path: "server/store",
		ours: []string{"server/store/migrations", "server/chat", "server/account", "server/audit", "server/feedback", "server/keyring", "server/outbox",
			"server/permit", "server/support", "shared/..."},
		barred:  []string{"net/http"},
		because: "storage and HTTP never meet: both point at the domain",
	},
	{
		path: "server/httpapi",
		ours: []string{"server/chat", "server/account", "server/audit", "server/feedback", "server/keyring", "server/live", "server/limit", "server/outbox", "server/permit", "server/qr", "server/support",
			"app/page", "web", "shared/..."},
		barred:  []string{"database/sql", bun},
		because: "storage and HTTP never meet; of the app only pages are imported, to prerender them",
	},
	{
		path:    "server/e2e",
		ours:    []string{"server/store/storetest", "shared/..."},
		because: "browser tests see the built program from outside",
	},
	{
		path:    "server/faults",
		ours:    []string{"server/...", "shared/..."},
		because: "it wires the server anew, with one thing broken",
	},
	{
		path:    "server/bench/floor",
		because: "it is what the program is measured against, so it must share nothing with it",
	},
	{
		path: "server/bench",
		ours: []string{"server/bench/floor", "server/store", "server/store/storetest", "server/account", "server/audit", "server/bearer",
			"server/calendar", "server/chat", "server/keyring", "server/permit", "shared/..."},
		because: "it measures the built program from outside; inside it only fills databases",
	},
	{
		path:    "server/arch",
		because: "it reads the house from outside",
	},
	{
		path:    "server",
		ours:    []string{"server/...", "web", "shared/..."},
		because: "main wires the server, which reaches the app through httpapi alone",
	},

	{
		path:    "web/build",
		ours:    []string{"shared/guidance"},
		because: "it packs what the browser program loads, and knows nothing of the rest",
	},
	{
		path:    "web/...",
		because: "it holds files and knows nothing of what they do",
	},
}

// bannedNames say nothing about what a package owns, or hide a package that
// everyone imports.
var bannedNames = []string{"app", "common", "helpers", "http", "models", "sync", "types", "util", "utils"}

func TestImports(t *testing.T) {
	for _, target := range []struct {
		name     string
		env      []string
		patterns []string
	}{
		{"native", nil, []string{"./..."}},
		{"browser", []string{"GOOS=js", "GOARCH=wasm"}, []string{"./app/...", "./shared/..."}},
	} {
		t.Run(target.name, func(t *testing.T) {
			for _, p := range mustList(t, target.env, target.patterns...) {
				for _, problem := range check(p) {
					t.Error(problem)
				}
			}
		})
	}
}

// TestProgram holds the articles, which browsers get as a file of their own, and
// what reads them, out of the browser program.
func TestProgram(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "./app")
	list.Dir, list.Env = mustRoot(t), append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	if slices.Contains(strings.Fields(string(out)), module+"/shared/help/articles") {
		t.Error("the browser program imports shared/help/articles")
	}
}

// TestCheck shows that the rules bite.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name    string
		given   listed
		problem string // a part of it, "" for none
	}{
		{"page may import ui", listed{"page", "pleiades/app/page", []string{"pleiades/app/ui", goApp}}, ""},
		{"main may import what is below it", listed{"main", "pleiades/server", []string{"pleiades/server/httpapi"}}, ""},
		{"app importing server is named", listed{"page", "pleiades/app/page", []string{"pleiades/server/chat"}}, "app/page imports pleiades/server/chat"},
		{"the reason is given", listed{"store", "pleiades/server/store", []string{"pleiades/server/httpapi"}}, "storage and HTTP never meet"},
		{"net/http in the app is named", listed{"remote", "pleiades/app/remote", []string{"net/http"}}, "app/remote imports net/http"},
		{"a barred module is barred below its root", listed{"chat", "pleiades/server/chat", []string{"github.com/uptrace/bun/dialect"}}, "bun/dialect"},
		{"a package off the map is named", listed{"new", "pleiades/server/new", nil}, "server/new stands nowhere"},
		{"a banned name is named", listed{"util", "pleiades/shared/util", nil}, "package name util"},
	} {
		t.Run(c.name, func(t *testing.T) {
			problems := strings.Join(check(c.given), "\n")
			if !strings.Contains(problems, c.problem) || (c.problem == "") != (problems == "") {
				t.Errorf("got %q, want %q", problems, c.problem)
			}
		})
	}
}

// listed is a package as go list describes it.
type listed struct {
	Name       string
	ImportPath string
	Imports    []string
}

// check returns what is wrong with a package, as sentences.
func check(p listed) []string {
	var problems []string
	if slices.Contains(bannedNames, p.Name) {
		problems = append(problems, fmt.Sprintf("%s: the package name %s is banned, it does not say what the package owns", p.ImportPath, p.Name))
	}
	path := strings.TrimPrefix(p.ImportPath, module+"/")
	at := slices.IndexFunc(places, func(candidate place) bool { return fits(candidate.path, path) })
	if at < 0 {
		return append(problems, fmt.Sprintf("%s stands nowhere on the map in this file: add where it may point", path))
	}
	for _, imported := range p.Imports {
		if !places[at].allows(imported) {
			problems = append(problems, fmt.Sprintf("%s imports %s: %s", path, imported, places[at].because))
		}
	}
	return problems
}

func (p place) allows(imported string) bool {
	if path, ours := strings.CutPrefix(imported, module+"/"); ours {
		return anyFits(p.ours, path)
	}
	return !anyFits(p.barred, imported)
}

func anyFits(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return fits(pattern, path) })
}

func fits(pattern, path string) bool {
	if root, below := strings.CutSuffix(pattern, "/..."); below {
		return path == root || strings.HasPrefix(path, root+"/")
	}
	return path == pattern
}

// mustList returns the module's packages that fit the patterns, as built with
// the environment.
func mustList(t *testing.T, env []string, patterns ...string) []listed {
	t.Helper()
	list := exec.Command("go", append([]string{"list", "-e", "-json=Name,ImportPath,Imports"}, patterns...)...)
	list.Dir = mustRoot(t)
	list.Env = append(os.Environ(), env...)
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}

	var packages []listed
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
}

func mustRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}
