package e2e

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Browser is one person's Chromium with a profile of its own, which outlives
// the process: Kill or Quit, then Launch again, is a restart of the device.
type Browser struct {
	t       *testing.T
	profile string
	watch   *watch

	process    *exec.Cmd
	exited     chan error
	root       context.Context // a blank tab that keeps the process alive
	disconnect context.CancelFunc
}

// MustBrowse starts a browser with a fresh profile until the test ends. The
// test fails if a page reported an error that it did not Allow.
func MustBrowse(t *testing.T) *Browser {
	t.Helper()
	b := &Browser{t: t, profile: mustDir(t), watch: &watch{}}
	t.Cleanup(func() {
		b.Kill()
		for _, problem := range b.watch.problems() {
			t.Errorf("a page reported: %s", problem)
		}
	})
	b.Launch()
	return b
}

// Allow names, by a part of its text, an error that pages may report.
func (b *Browser) Allow(part string) { b.watch.allow(part) }

// Launch starts the process on the profile.
func (b *Browser) Launch() {
	b.t.Helper()
	flags := []string{
		"--user-data-dir=" + b.profile,
		"--remote-debugging-port=0",
		"--headless=new",
		"--window-size=1280,800",
		"--lang=en-GB",
		"--disable-background-networking",
		"--disable-background-timer-throttling",
		"--disable-backgrounding-occluded-windows",
		"--disable-breakpad",
		"--disable-component-update",
		"--disable-dev-shm-usage",
		"--disable-gpu",
		"--disable-quic",
		"--disable-renderer-backgrounding",
		"--disable-sync",
		"--no-default-browser-check",
		"--no-first-run",
		"--password-store=basic",
	}
	if os.Getuid() == 0 {
		flags = append(flags, "--no-sandbox") // Chromium refuses to run as root with it
	}
	process := exec.Command("chromium", append(flags, "about:blank")...)
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that Kill reaches all of it
	messages, err := process.StderrPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		b.t.Fatalf("start Chromium (make test-setup installs it): %v", err)
	}
	address := make(chan string, 1)
	exited := make(chan error, 1)
	go func() {
		readMessages(bufio.NewScanner(messages), address)
		exited <- process.Wait()
	}()
	b.process, b.exited = process, exited

	select {
	case url := <-address:
		b.connect(url)
	case err := <-exited:
		b.process = nil
		b.t.Fatalf("Chromium ended at its start: %v", err)
	case <-time.After(patience):
		b.t.Fatal("Chromium does not start")
	}
}

// readMessages finds the address of the debugging socket in what Chromium
// prints, and reads on so that it never blocks.
func readMessages(lines *bufio.Scanner, address chan<- string) {
	for lines.Scan() {
		if url, found := strings.CutPrefix(lines.Text(), "DevTools listening on "); found {
			address <- url
		}
	}
}

func (b *Browser) connect(url string) {
	b.t.Helper()
	allocator, disconnect := chromedp.NewRemoteAllocator(context.Background(), url, chromedp.NoModifyURL)
	quiet := func(string, ...any) {} // it complains of events newer than itself
	b.root, _ = chromedp.NewContext(allocator, chromedp.WithErrorf(quiet))
	b.disconnect = disconnect
	if err := chromedp.Run(b.root); err != nil {
		b.t.Fatalf("connect to Chromium: %v", err)
	}
}

// Kill ends every process of the browser at once (SIGKILL), if it runs: what
// the battery does.
func (b *Browser) Kill() {
	b.t.Helper()
	if b.process == nil {
		return
	}
	if err := syscall.Kill(-b.process.Process.Pid, syscall.SIGKILL); err != nil {
		b.t.Errorf("kill Chromium: %v", err)
	}
	b.awaitExit()
}

// Quit ends the browser in good order (SIGTERM), as closing its last window
// does.
func (b *Browser) Quit() {
	b.t.Helper()
	if err := b.process.Process.Signal(syscall.SIGTERM); err != nil {
		b.t.Fatalf("quit Chromium: %v", err)
	}
	b.awaitExit()
}

func (b *Browser) awaitExit() {
	b.t.Helper()
	select {
	case <-b.exited: // its exit code says nothing after a kill
	case <-time.After(patience):
		b.t.Error("Chromium does not end")
	}
	b.process = nil
	b.disconnect()
}
