package localkey_test

import (
	"encoding/hex"
	"testing"
	"time"

	"pleiades/app/localkey"
)

func TestDerive(t *testing.T) {
	t.Run("costs a guess 64 MiB, three times over", func(t *testing.T) {
		if localkey.Memory != 64<<10 || localkey.Passes != 3 || localkey.Lanes != 1 {
			t.Errorf("got %d KiB, %d passes, %d lanes", localkey.Memory, localkey.Passes, localkey.Lanes)
		}
	})

	t.Run("gives what another implementation gives, for ever: devices out there rely on it", func(t *testing.T) {
		// By OpenSSL's ARGON2ID.
		const want = "f63bac9dbec2fc302afe14161bd6610a22fd245b74996795b2ad417712c71791"
		began := time.Now()
		got := hex.EncodeToString(localkey.Derive([]byte("correct horse battery"), []byte("sixteen-byte-sal")))
		t.Logf("one key took %v", time.Since(began))
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}
