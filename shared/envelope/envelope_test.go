package envelope_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/shared/envelope"
)

// What these tests seal with and to.
var (
	secret  = envelope.Secret(bytes.Repeat([]byte{7}, envelope.SecretSize))
	account = uuid.MustParse("019b76da-a800-7000-8000-0000000000aa")
	header  = envelope.Header{
		Protocol:     1,
		Key:          uuid.MustParse("019b76da-a800-7000-8000-000000000001"),
		Device:       uuid.MustParse("019b76da-a800-7000-8000-000000000002"),
		Conversation: uuid.MustParse("019b76da-a800-7000-8000-000000000003"),
	}
	content = envelope.Content{
		Kind: envelope.Message,
		ID:   uuid.MustParse("019b76da-a800-7000-8000-000000000004"),
		Body: []byte(`{"body":"It helped.","writtenAt":"2026-11-02T09:00:00Z"}`),
	}
)

func mustKey(t testing.TB, id uuid.UUID, fill byte) envelope.PrivateKey {
	t.Helper()
	key, err := envelope.NewPrivateKey(id, bytes.Repeat([]byte{fill}, envelope.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func mustSeal(t testing.TB, key envelope.PublicKey, c envelope.Content) []byte {
	t.Helper()
	sealed, err := envelope.Seal(key, secret, header, c)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func equal(a, b envelope.Content) bool {
	return a.Kind == b.Kind && a.ID == b.ID && bytes.Equal(a.Body, b.Body)
}

func TestSeal(t *testing.T) {
	key := mustKey(t, header.Key, 1)
	t.Run("what was sealed opens", func(t *testing.T) {
		for _, c := range []envelope.Content{
			content,
			{Kind: envelope.Agreement, ID: content.ID, Body: []byte{}},
			{Kind: envelope.Agenda, ID: content.ID, Body: bytes.Repeat([]byte{0x80}, envelope.MaxBody)},
		} {
			sealed := mustSeal(t, key.Public(), c)
			if len(sealed) > envelope.MaxSize {
				t.Errorf("%d bytes, more than MaxSize", len(sealed))
			}
			if h, err := envelope.ReadHeader(sealed); err != nil || h != header {
				t.Errorf("header %+v, error %v", h, err)
			}
			if got, err := envelope.Open(key, secret, sealed); err != nil || !equal(got, c) {
				t.Errorf("got %s %v with %d bytes, error %v", got.Kind, got.ID, len(got.Body), err)
			}
		}
	})
	t.Run("the published key seals", func(t *testing.T) {
		published := key.Public().Bytes()
		if len(published) != envelope.PublicKeySize {
			t.Errorf("a public key has %d bytes", len(published))
		}
		public, err := envelope.NewPublicKey(header.Key, published)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := envelope.Open(key, secret, mustSeal(t, public, content)); err != nil {
			t.Error(err)
		}
	})
	t.Run("texts of one bucket have envelopes of one length", func(t *testing.T) {
		short, long := content, content
		short.Body, long.Body = bytes.Repeat([]byte("x"), 250), bytes.Repeat([]byte("x"), 450)
		if a, b := len(mustSeal(t, key.Public(), short)), len(mustSeal(t, key.Public(), long)); a != b {
			t.Errorf("%d and %d bytes", a, b)
		}
	})
	t.Run("nothing of the content shows", func(t *testing.T) {
		sealed := mustSeal(t, key.Public(), content)
		for _, part := range [][]byte{content.Body[:16], content.ID[:], []byte(content.Kind), secret[:8]} {
			if bytes.Contains(sealed, part) {
				t.Errorf("%q shows", part)
			}
		}
	})
	t.Run("a body that is too large is refused", func(t *testing.T) {
		large := content
		large.Body = make([]byte, envelope.MaxBody+1)
		if _, err := envelope.Seal(key.Public(), secret, header, large); !errors.Is(err, envelope.ErrTooLarge) {
			t.Errorf("got %v, want ErrTooLarge", err)
		}
	})
}

func TestOpen(t *testing.T) {
	key := mustKey(t, header.Key, 1)
	sealed := mustSeal(t, key.Public(), content)
	t.Run("no byte can be changed", func(t *testing.T) {
		for i := range sealed {
			flipped := slices.Clone(sealed)
			flipped[i] ^= 1 << (i % 8)
			if _, err := envelope.Open(key, secret, flipped); err == nil {
				t.Fatalf("byte %d can be changed", i)
			}
		}
	})
	t.Run("no length can be changed", func(t *testing.T) {
		for _, n := range []int{0, 1, 5, 72, 73, 73 + 1120, len(sealed) - 1} {
			if _, err := envelope.Open(key, secret, sealed[:n]); err == nil {
				t.Errorf("the first %d bytes open", n)
			}
		}
		if _, err := envelope.Open(key, secret, append(slices.Clone(sealed), 0)); err == nil {
			t.Error("one byte more opens")
		}
	})
	t.Run("another device's secret does not verify", func(t *testing.T) {
		other := secret
		other[31]++
		if _, err := envelope.Open(key, other, sealed); !errors.Is(err, envelope.ErrUnverified) {
			t.Errorf("got %v, want ErrUnverified", err)
		}
	})
	t.Run("another key does not open", func(t *testing.T) {
		for _, other := range []envelope.PrivateKey{mustKey(t, header.Key, 2), mustKey(t, content.ID, 1)} {
			if _, err := envelope.Open(other, secret, sealed); !errors.Is(err, envelope.ErrUnverified) {
				t.Errorf("got %v, want ErrUnverified", err)
			}
		}
	})
	t.Run("what is no envelope is told", func(t *testing.T) {
		for name, c := range map[string]struct {
			envelope []byte
			want     error
		}{
			"nothing":         {nil, envelope.ErrMalformed},
			"version 0":       {[]byte{0, 1, 2}, envelope.ErrMalformed},
			"a later version": {[]byte{2, 1, 2}, envelope.ErrNewer},
			"a length beyond": {[]byte{1, 0xff, 0xff, 0xff, 0xff, 1}, envelope.ErrMalformed},
			"too much":        {append(slices.Clone(sealed), make([]byte, envelope.MaxSize)...), envelope.ErrMalformed},
		} {
			if _, err := envelope.ReadHeader(c.envelope); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", name, err, c.want)
			}
			if _, err := envelope.Open(key, secret, c.envelope); !errors.Is(err, c.want) {
				t.Errorf("%s: opening got %v, want %v", name, err, c.want)
			}
		}
	})
}

func TestSealSecret(t *testing.T) {
	key := mustKey(t, header.Key, 1)
	sealed, err := envelope.SealSecret(key.Public(), account, secret)
	if err != nil {
		t.Fatal(err)
	}
	if id, err := envelope.SecretKey(sealed); err != nil || id != header.Key {
		t.Errorf("key %v, error %v", id, err)
	}
	if got, err := envelope.OpenSecret(key, account, sealed); err != nil || got != secret {
		t.Errorf("not the secret, error %v", err)
	}
	t.Run("it is nobody else's", func(t *testing.T) {
		if _, err := envelope.OpenSecret(key, header.Device, sealed); !errors.Is(err, envelope.ErrUnverified) {
			t.Errorf("got %v, want ErrUnverified", err)
		}
	})
	t.Run("it cannot be changed or cut", func(t *testing.T) {
		for i := range sealed {
			flipped := slices.Clone(sealed)
			flipped[i] ^= 1
			if _, err := envelope.OpenSecret(key, account, flipped); err == nil {
				t.Fatalf("byte %d can be changed", i)
			}
			if _, err := envelope.OpenSecret(key, account, sealed[:i]); err == nil {
				t.Fatalf("the first %d bytes open", i)
			}
		}
	})
	t.Run("it is no envelope", func(t *testing.T) {
		if _, err := envelope.Open(key, secret, sealed); err == nil {
			t.Error("it opens as one")
		}
	})
	t.Run("it does not show in logs", func(t *testing.T) {
		if said := fmt.Sprintf("%v %s %#v %+v", secret, secret, secret, struct{ S envelope.Secret }{secret}); strings.Contains(said, "7") {
			t.Errorf("%s", said)
		}
	})
	for _, broken := range [][]byte{nil, {0}, {1, 0, 0, 0, 16, 1}} {
		if _, err := envelope.SecretKey(broken); !errors.Is(err, envelope.ErrMalformed) {
			t.Errorf("%x: got %v, want ErrMalformed", broken, err)
		}
	}
}

// FuzzOpen shows that nothing panics, that the content is what was sealed, and
// that an envelope opens in one form only.
func FuzzOpen(f *testing.F) {
	known := mustVectors(f)[0] // the same in every process
	key, err := envelope.NewPrivateKey(known.Key, known.Seed)
	if err != nil {
		f.Fatal(err)
	}
	sealed, secret := known.Envelope, envelope.Secret(known.Secret)
	f.Add(sealed)
	f.Add(sealed[:100])
	f.Add([]byte{2})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = envelope.ReadHeader(b)
		_, _ = envelope.SecretKey(b)
		if _, err := envelope.OpenSecret(key, account, b); err == nil {
			t.Error("a secret that nobody sealed")
		}
		if c, err := envelope.Open(key, secret, b); err == nil && (!bytes.Equal(b, sealed) || string(c.Body) != known.Body) {
			t.Error("an envelope that nobody sealed")
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	key := mustKey(b, header.Key, 1).Public()
	c := content
	c.Body = make([]byte, 1000)
	for b.Loop() {
		mustSeal(b, key, c)
	}
}

func BenchmarkOpen(b *testing.B) {
	key := mustKey(b, header.Key, 1)
	sealed := mustSeal(b, key.Public(), content)
	for b.Loop() {
		if _, err := envelope.Open(key, secret, sealed); err != nil {
			b.Fatal(err)
		}
	}
}
