package outbox_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMutants breaks the code in ways that matter and shows that a test turns
// red each time.
func TestMutants(t *testing.T) {
	for _, m := range []struct {
		name, file, code, broken string
		test                     string
	}{
		{
			"the MAC is not checked", "../../shared/envelope/envelope.go",
			"!slices.ContainsFunc(secrets, signed)", "!slices.ContainsFunc(secrets, signed) && false",
			"TestRefusals/sqlite",
		},
		{
			"revocation is told before the MAC is found right", "accept.go",
			"\tcase err != nil:\n\t\treturn envelope.Content{}, err\n\tcase d.sender.barred() != nil:\n\t\treturn envelope.Content{}, d.sender.barred()\n",
			"\tcase d.sender.barred() != nil:\n\t\treturn envelope.Content{}, d.sender.barred()\n\tcase err != nil:\n\t\treturn envelope.Content{}, err\n",
			"TestRefusals/sqlite",
		},
		{
			"what is repeated is taken for new", "../chat/send.go",
			"if stored, ok := b.messages[key]; ok {", "if stored, ok := b.messages[key]; ok && false {",
			"TestAccept/sqlite",
		},
		{
			"later envelopes overtake one that has to come again", "accept.go",
			"\t\td.stopped = true\n", "",
			"TestOrder/sqlite",
		},
		{
			"a revoked device is not refused", "outbox.go",
			"case s.Revoked:", "case false:",
			"TestRefusals/sqlite",
		},
		{
			"a device that is revoked meanwhile goes on", "accept.go",
			"return now.barred()", "now.Revoked = false\n\treturn now.barred()",
			"TestRevokedMeanwhile/sqlite",
		},
		{
			"keys are never dropped", "keys.go",
			"< KeepKeys", "> 0",
			"TestIngestKeys/sqlite",
		},
		{
			"a key that was replaced opens nothing any more", "keys.go",
			"< KeepKeys", "< 0",
			"TestManyDaysOffline/sqlite",
		},
	} {
		t.Run(m.name, func(t *testing.T) {
			out, err := runMutant(t, m.file, m.code, m.broken, m.test)
			if err == nil {
				t.Errorf("%s does not notice:\n%s", m.test, out)
			} else if !strings.Contains(out, "--- FAIL") {
				t.Errorf("it does not run: %v\n%s", err, out)
			}
		})
	}
}

// runMutant runs a test of this package with other code in the place of a part
// of a file.
func runMutant(t *testing.T, file, code, broken, test string) (out string, err error) {
	t.Helper()
	path, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(whole), code) != 1 {
		t.Fatalf("%s does not say %q once", file, code)
	}
	mutant := filepath.Join(t.TempDir(), "mutant.go")
	if err := os.WriteFile(mutant, []byte(strings.Replace(string(whole), code, broken, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {path: mutant}})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-count=1", "-overlay", list, "-run", "^"+test+"$", ".").CombinedOutput()
	return string(b), err
}
