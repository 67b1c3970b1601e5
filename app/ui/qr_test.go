package ui

import "testing"

func TestQRPath(t *testing.T) {
	for name, c := range map[string]struct {
		rows []string
		want string
	}{
		"a run is one rectangle": {[]string{"0110"}, "M1 0h2v1h-2z"},
		"runs and rows apart":    {[]string{"101", "000", "011"}, "M0 0h1v1h-1zM2 0h1v1h-1zM1 2h2v1h-2z"},
		"all light":              {[]string{"000"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := qrPath(c.rows); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
