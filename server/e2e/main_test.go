// Package e2e drives the built program from outside, as people do: a real
// server process, real Chromium processes, real databases. It owns the harness
// for that (Server, Browser, Tab) and the tests that tell whole stories. It
// must not reach into the program: what it cannot see in a page or an answer,
// it does not test.
package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pleiades/server/store/storetest"
)

// patience is how long the harness waits for anything to become true. No test
// takes this long unless it fails.
const patience = 40 * time.Second

// workDir holds everything the tests leave on the disk. TestMain removes it.
var workDir string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if workDir, err = os.MkdirTemp("", "pleiades-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(workDir)
	code := storetest.Main(m)
	if err := endCommonChromium(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(code, 1)
	}
	return code
}

// program returns the path of the program under test: PLEIADES_BINARY, or one
// built now from this checkout.
var program = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("PLEIADES_BINARY"); path != "" {
		return filepath.Abs(path)
	}
	if err := goCommand("run", "./web/build", "-quality", "5"); err != nil {
		return "", err
	}
	path := filepath.Join(workDir, "pleiades")
	return path, goCommand("build", "-o", path, "./server")
})

// goCommand runs the go command at the module's root.
func goCommand(args ...string) error {
	command := exec.Command("go", args...)
	command.Dir = filepath.Join("..", "..")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", args[0], err, out)
	}
	return nil
}

// mustDir makes a folder of the test's own. Unlike t.TempDir it does not mind
// a killed browser's last writes while it is removed.
func mustDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(workDir, "")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
