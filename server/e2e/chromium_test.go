package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// chromium is a process of Chromium, from its start to its end.
type chromium struct {
	process    *exec.Cmd
	exited     chan struct{}   // closed when it has ended
	root       context.Context // a blank tab that keeps the process alive
	disconnect context.CancelFunc

	mu      sync.Mutex
	watches map[cdp.BrowserContextID]*watch // of service workers; that of the profile under the empty id
}

// startChromium starts a process on a profile, with more flags than all have.
func startChromium(profile string, more ...string) (*chromium, error) {
	flags := []string{
		"--user-data-dir=" + profile,
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
		"--disable-features=" + strings.Join([]string{
			// Pages of the address bar, which every window would load.
			"WebUIOmniboxAimPopup",
			"WebUIOmniboxPopup",
		}, ","),
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
	process := exec.Command("chromium", append(append(flags, more...), "about:blank")...)
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that kill reaches all of it
	messages, err := process.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("start Chromium (make test-setup installs it): %w", err)
	}
	c := &chromium{process: process, exited: make(chan struct{})}
	address := make(chan string, 1)
	go func() {
		readMessages(messages, address)
		_ = process.Wait() // its exit code says nothing after a kill
		close(c.exited)
	}()

	select {
	case url := <-address:
		if err := c.connect(url); err != nil {
			return nil, errors.Join(err, c.kill())
		}
		return c, nil
	case <-c.exited:
		return nil, errors.New("Chromium ended at its start")
	case <-time.After(patience):
		return nil, errors.Join(errors.New("Chromium does not start"), c.kill())
	}
}

// readMessages finds the address of the debugging socket in what Chromium
// prints, and reads on so that it never blocks.
func readMessages(messages io.Reader, address chan<- string) {
	for lines := bufio.NewScanner(messages); lines.Scan(); {
		if url, found := strings.CutPrefix(lines.Text(), "DevTools listening on "); found {
			address <- url
		}
	}
	_, _ = io.Copy(io.Discard, messages) // the scanner stops at a line too long for it
}

func (c *chromium) connect(url string) error {
	allocator, disconnect := chromedp.NewRemoteAllocator(context.Background(), url, chromedp.NoModifyURL)
	quiet := func(string, ...any) {} // it complains of events newer than itself
	c.root, _ = chromedp.NewContext(allocator, chromedp.WithErrorf(quiet))
	c.disconnect = disconnect
	if err := chromedp.Run(c.root); err != nil {
		return fmt.Errorf("connect to Chromium: %w", err)
	}
	chromedp.ListenBrowser(c.root, func(event any) {
		if created, ok := event.(*target.EventTargetCreated); ok && created.TargetInfo.Type == "service_worker" {
			go c.watchWorker(created.TargetInfo) // a listener must not wait for the browser
		}
	})
	if err := c.do(target.SetDiscoverTargets(true).Do); err != nil {
		return fmt.Errorf("discover service workers: %w", err)
	}
	return nil
}

// watchWorkers has w observe the service workers of a browser from now on, until it
// is nil: of what they do while there is no page, no page hears.
func (c *chromium) watchWorkers(of cdp.BrowserContextID, w *watch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watches == nil {
		c.watches = make(map[cdp.BrowserContextID]*watch)
	}
	c.watches[of] = w
}

// watchWorker attaches to a worker. What a service worker reported before is told, too;
// that of a page begins once it is attached to.
func (c *chromium) watchWorker(worker *target.Info) {
	c.mu.Lock()
	w, found := c.watches[worker.BrowserContextID]
	if !found {
		w = c.watches[""]
	}
	c.mu.Unlock()
	if w == nil {
		return
	}
	ctx, _ := chromedp.NewContext(c.root, chromedp.WithTargetID(worker.TargetID)) // as long as the process: to cancel it would end the worker
	chromedp.ListenTarget(ctx, func(event any) {
		switch event := event.(type) {
		case *inspector.EventTargetCrashed: // stopped, as workers are
		case *network.EventResponseReceived: // which the browser reports of pages by itself
			w.note(refusal(event.Response))
		default:
			w.observe(event)
		}
	})
	_ = chromedp.Run(ctx, runtime.RunIfWaitingForDebugger()) // it fails where the worker has ended
}

// do gives the process a command, as opposed to one of its tabs, which must end
// in time.
func (c *chromium) do(command func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(c.root, patience)
	defer cancel()
	return command(cdp.WithExecutor(ctx, chromedp.FromContext(c.root).Browser))
}

// ended tells whether the process is gone.
func (c *chromium) ended() bool {
	select {
	case <-c.exited:
		return true
	default:
		return false
	}
}

// kill ends every process of it at once (SIGKILL).
func (c *chromium) kill() error {
	if err := syscall.Kill(-c.process.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill Chromium: %w", err)
	}
	return c.awaitExit()
}

// quit ends it in good order (SIGTERM), as closing its last window does.
func (c *chromium) quit() error {
	if err := c.process.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("quit Chromium: %w", err)
	}
	return c.awaitExit()
}

func (c *chromium) awaitExit() error {
	if c.disconnect != nil {
		defer c.disconnect()
	}
	select {
	case <-c.exited:
		return nil
	case <-time.After(patience):
		return errors.New("Chromium does not end")
	}
}

// common is the process of everybody who needs none alone. A test binary starts
// it when it is needed first, and again should it have crashed.
var common struct {
	sync.Mutex
	chromium *chromium
}

// commonChromium returns the process that tests share.
func commonChromium() (*chromium, error) {
	common.Lock()
	defer common.Unlock()
	if common.chromium != nil && !common.chromium.ended() {
		return common.chromium, nil
	}
	profile, err := os.MkdirTemp(workDir, "")
	if err != nil {
		return nil, err
	}
	common.chromium, err = startChromium(profile)
	return common.chromium, err
}

// endCommonChromium ends the process that tests share, if there is one.
func endCommonChromium() error {
	common.Lock()
	defer common.Unlock()
	if common.chromium == nil {
		return nil
	}
	return common.chromium.kill()
}
