package e2e

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// sizes are the windows pictures are taken in, in CSS pixels.
var sizes = []struct {
	width, height int64
	mobile        bool
}{
	{390, 844, true},
	{1280, 800, false},
}

// Shoot saves pictures of the page as it stands, in each size, light and dark,
// as name-WIDTH-SCHEME.png in the folder PLEIADES_SHOTS. Without that variable
// it does nothing.
func (tab *Tab) Shoot(name string) {
	tab.t.Helper()
	folder := os.Getenv("PLEIADES_SHOTS")
	if folder == "" {
		return
	}
	tab.Show() // what is not in front is not drawn
	for _, size := range sizes {
		tab.Resize(size.width, size.height, size.mobile)
		for _, scheme := range []string{"light", "dark"} {
			tab.SetScheme(scheme)
			var png []byte
			tab.do("take a picture", chromedp.CaptureScreenshot(&png))
			path := filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, size.width, scheme))
			if err := os.WriteFile(path, png, 0o644); err != nil {
				tab.t.Fatal(err)
			}
		}
	}
	tab.restore()
}

// restore takes back Resize and SetScheme.
func (tab *Tab) restore() {
	tab.t.Helper()
	tab.do("restore the window", emulation.ClearDeviceMetricsOverride(), emulation.SetEmulatedMedia())
}

// Show brings the tab to the front of its window.
func (tab *Tab) Show() {
	tab.t.Helper()
	tab.do("show the tab", page.BringToFront())
}

// Resize gives the page a window of another size, in CSS pixels.
func (tab *Tab) Resize(width, height int64, mobile bool) {
	tab.t.Helper()
	tab.do("resize", emulation.SetDeviceMetricsOverride(width, height, 1, mobile))
	tab.settle()
}

// SetScheme makes the reader prefer "light" or "dark".
func (tab *Tab) SetScheme(scheme string) {
	tab.t.Helper()
	tab.do("set the colour scheme", emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
	}))
	tab.settle()
}

// settle waits until what changed is drawn and its animations have ended.
func (tab *Tab) settle() {
	tab.t.Helper()
	tab.WaitFor("the page to be drawn", `(async () => {
		const frame = () => new Promise(requestAnimationFrame);
		await frame();
		const passing = document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime !== Infinity);
		await Promise.allSettled(passing.map((a) => a.finished));
		await frame();
		return true;
	})()`)
}
