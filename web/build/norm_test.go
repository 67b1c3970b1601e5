package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// normalizes is a program that prints the normalization forms of all characters
// that Go knows (of the many ideographs each 64th), and of texts made of those that join with others.
const normalizes = `package main

import (
	"fmt"
	"math/rand/v2"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func main() {
	var joining []rune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		ideograph := unicode.Is(unicode.Unified_Ideograph, r) || r >= 0xac00 && r <= 0xd7a3
		if unicode.In(r, unicode.Cn, unicode.Co, unicode.Cs) || ideograph && r%64 != 0 {
			continue
		}
		s := string(r)
		c, d := "", norm.NFKD.PropertiesString(s).Decomposition()
		if d != nil || unicode.Is(unicode.M, r) || r >= 0x1100 && r <= 0x11ff {
			c = norm.NFC.String(s)
			joining = append(joining, r)
		}
		if d != nil || c != "" && c != s {
			fmt.Printf("%U %+q %+q\n", r, c, d)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 5_000 {
		var text []rune
		for range 1 + random.IntN(8) {
			switch random.IntN(4) {
			case 0:
				text = append(text, 'a'+random.Int32N(26))
			case 1:
				text = append(text, 0x300+random.Int32N(0x70))
			default:
				text = append(text, joining[random.IntN(len(joining))])
			}
		}
		fmt.Printf("%+q\n", norm.NFC.String(string(text)))
	}
}
`

// TestNorm holds the normalization forms of JavaScript against those of x/text.
func TestNorm(t *testing.T) {
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(normalizes), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "run", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(out), "\n")
	if len(want) < 10_000 {
		t.Fatalf("only %d lines", len(want))
	}

	folder := t.TempDir()
	if err := putNorm(folder); err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(folder, "go.mod")
	content := "module main\n\ngo 1.26\n\nrequire " + textPath + " v0.0.0\n\nreplace " + textPath + " => " + folder + "/text\n"
	if err := os.WriteFile(module, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(mustRun(t, mustCompile(t, normalizes, "-modfile="+module)), "\n")

	differences := 0
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] && differences < 10 {
			differences++
			t.Errorf("got %s, want %s", got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
}
