package e2e

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
)

// Browser is what one person browses with. It shares no cookies, nothing stored
// and no service workers with any other.
type Browser struct {
	t        *testing.T
	watch    *watch
	chromium *chromium            // nil while a Device is off
	context  cdp.BrowserContextID // empty is the profile of the process
	root     context.Context      // what the tabs' own derive from
}

// MustBrowse gives a person a browser until the test ends: windows of the process
// that the tests share, with the memory of a private window. The test fails if a
// page reported an error that it did not Allow.
func MustBrowse(t *testing.T) *Browser {
	t.Helper()
	shared, err := commonChromium()
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t)
	if err := shared.do(func(ctx context.Context) (err error) {
		b.context, err = target.CreateBrowserContext().Do(ctx)
		return err
	}); err != nil {
		t.Fatalf("open a browser: %v", err)
	}
	shared.watchWorkers(b.context, b.watch)
	root, cancel := context.WithCancel(shared.root)
	b.chromium, b.root = shared, root
	t.Cleanup(func() {
		defer cancel()
		shared.watchWorkers(b.context, nil)
		if b.off() {
			t.Error("the Chromium that the tests share has ended")
		} else if err := shared.do(target.DisposeBrowserContext(b.context).Do); err != nil {
			t.Errorf("close the browser: %v", err)
		}
	})
	return b
}

func newBrowser(t *testing.T) *Browser {
	b := &Browser{t: t, watch: &watch{}}
	t.Cleanup(func() {
		for _, problem := range b.watch.problems() {
			t.Errorf("a page reported: %s", problem)
		}
	})
	return b
}

// Allow names, by a part of its text, an error that pages may report.
func (b *Browser) Allow(part string) { b.watch.allow(part) }

// off tells whether there is no process.
func (b *Browser) off() bool { return b.chromium == nil || b.chromium.ended() }

// Device is a Browser that is a process alone, with a profile on the disk which
// outlives it: Kill or Quit, then Launch again, is a restart of the device.
type Device struct {
	*Browser
	profile string
}

// MustOwnDevice is MustBrowse for what private windows do not have: a profile to
// come back to or to look into, an app to install. It costs a start of Chromium.
func MustOwnDevice(t *testing.T) *Device {
	t.Helper()
	d := &Device{newBrowser(t), mustDir(t)}
	t.Cleanup(d.Kill)
	d.Launch()
	return d
}

// netLog is the file that names all that the process asks of servers, for its
// pages and for workers.
func (d *Device) netLog() string { return filepath.Join(d.profile, "net-log.json") }

// Launch starts the process on the profile.
func (d *Device) Launch() {
	d.t.Helper()
	own, err := startChromium(d.profile, "--log-net-log="+d.netLog())
	if err != nil {
		d.t.Fatal(err)
	}
	own.watchWorkers("", d.watch)
	d.chromium, d.root = own, own.root
}

// Kill ends every process of the browser at once (SIGKILL), if it runs: what
// the battery does.
func (d *Device) Kill() {
	d.t.Helper()
	if d.chromium == nil {
		return
	}
	if err := d.chromium.kill(); err != nil {
		d.t.Error(err)
	}
	d.chromium = nil
}

// Quit ends the browser in good order (SIGTERM), as closing its last window
// does.
func (d *Device) Quit() {
	d.t.Helper()
	if err := d.chromium.quit(); err != nil {
		d.t.Fatal(err)
	}
	d.chromium = nil
}
