package ui_test

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const styles = "../../web/css"

// TestColors holds the color tokens to WCAG 2.2, level AA: 4.5 to 1 for text
// (1.4.3), 3 to 1 for what must be seen to be used (1.4.11).
func TestColors(t *testing.T) {
	light, dark := tokens(t)
	pairs := []struct {
		front, back string
		least       float64
	}{
		{"ink", "paper", 4.5},
		{"ink", "surface", 4.5},
		{"ink", "sunken", 4.5},
		{"ink", "accent-soft", 4.5},
		{"ink-soft", "paper", 4.5},
		{"ink-soft", "surface", 4.5},
		{"ink-soft", "sunken", 4.5},
		{"accent", "paper", 4.5},
		{"accent", "surface", 4.5},
		{"accent", "accent-soft", 4.5},
		{"accent-deep", "paper", 4.5},
		{"on-accent", "accent", 4.5},
		{"on-accent", "accent-deep", 4.5},
		{"on-note", "note", 4.5},
		{"alert", "paper", 4.5},
		{"alert", "surface", 4.5},
		{"alert", "alert-soft", 4.5},
		{"edge", "paper", 3},
		{"edge", "surface", 3},
		{"star", "sky", 3},
	}
	for name, theme := range map[string]map[string]string{"light": light, "dark": dark} {
		t.Run("can be told apart in the "+name+" theme", func(t *testing.T) {
			for _, p := range pairs {
				got := contrast(luminance(t, theme[p.front]), luminance(t, theme[p.back]))
				if got < p.least {
					t.Errorf("%s on %s: %.2f to 1, want %.1f", p.front, p.back, got, p.least)
				}
			}
		})
	}
}

func TestStyleSheets(t *testing.T) {
	files, err := filepath.Glob(styles + "/*.css")
	if err != nil || len(files) == 0 {
		t.Fatalf("no style sheets: %v", err)
	}
	color := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|rgb\(`)
	for _, file := range files {
		sheet := mustRead(t, file)
		t.Run(filepath.Base(file), func(t *testing.T) {
			if strings.Contains(sheet, "url(") {
				t.Error("refers to another file: assets have addresses that change with their content")
			}
			if !strings.HasSuffix(file, "-tokens.css") && color.MatchString(sheet) {
				t.Errorf("has a color of its own, %q: use a token", color.FindString(sheet))
			}
		})
	}
}

// tokens returns the color tokens of both themes.
func tokens(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	sheet := mustRead(t, styles+"/10-tokens.css")
	before, after, ok := strings.Cut(sheet, "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("no dark theme")
	}
	declared := regexp.MustCompile(`--([a-z-]+):\s*(#[0-9a-f]{6});`)
	light, dark = make(map[string]string), make(map[string]string)
	for _, m := range declared.FindAllStringSubmatch(before, -1) {
		light[m[1]], dark[m[1]] = m[2], m[2]
	}
	for _, m := range declared.FindAllStringSubmatch(after, -1) {
		dark[m[1]] = m[2]
	}
	return light, dark
}

// luminance returns the relative luminance of a color #rrggbb, as WCAG defines
// it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil {
		t.Fatalf("color %q: %v", hex, err)
	}
	linear := func(shift uint) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

func contrast(a, b float64) float64 {
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

func mustRead(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
