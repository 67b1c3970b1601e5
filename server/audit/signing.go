package audit

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// signerName names the key of checkpoints.
const signerName = "pleiades-audit"

// ErrSigningKey says that the file of the signing key is malformed or open to
// others. It takes a person to put the right one in its place.
var ErrSigningKey = errors.New("audit signing key")

// SigningKey signs checkpoints, or only verifies them.
type SigningKey struct {
	// Signer is nil where the file holds the public key alone.
	Signer   note.Signer
	Verifier note.Verifier
	// Public is the public key as text, for whoever keeps the checkpoints.
	Public string
}

// OpenSigningKey reads the key from a file: a line with the private key, or with
// the public one. Its errors are ErrSigningKey and never repeat the file.
func OpenSigningKey(path string) (SigningKey, error) {
	refuse := func(why error) (SigningKey, error) {
		return SigningKey{}, fmt.Errorf("%w %s: %w", ErrSigningKey, path, why)
	}
	info, err := os.Stat(path)
	if err != nil {
		return refuse(plainError(err))
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return refuse(plainError(err))
	}
	line := strings.TrimSpace(string(content))
	if !strings.HasPrefix(line, "PRIVATE+KEY+") {
		verifier, err := note.NewVerifier(line)
		if err != nil {
			return refuse(errors.New("neither a private nor a public key"))
		}
		return SigningKey{Verifier: verifier, Public: line}, nil
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return refuse(fmt.Errorf("open to others (mode %04o, want 0600)", mode))
	}
	signer, err := note.NewSigner(line)
	if err != nil {
		return refuse(errors.New("the private key is malformed"))
	}
	public, err := publicOf(signer.Name(), line)
	if err != nil {
		return refuse(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		return refuse(errors.New("the private key is malformed"))
	}
	return SigningKey{Signer: signer, Verifier: verifier, Public: public}, nil
}

// publicOf works the public key out of a private one: PRIVATE+KEY+name+hash+
// base64 of a byte with the algorithm and the seed.
func publicOf(name, private string) (string, error) {
	parts := strings.SplitN(private, "+", 5)
	seed, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return "", errors.New("the private key is malformed")
	}
	key := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	return note.NewEd25519VerifierKey(name, key)
}

// CreateSigningKey makes the file with a new private key, and its folder if need
// be. A file that is there already stays as it is.
func CreateSigningKey(path string, rand io.Reader) error {
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	private, _, err := note.GenerateKey(rand, signerName)
	if err != nil {
		return fmt.Errorf("make signing key: %w", err)
	}
	if err := WriteNew(path, []byte(private+"\n"), 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w %s: %w", ErrSigningKey, path, err)
	}
	return nil
}

// WriteNew makes a file, and its folder if need be. It appears whole and on
// disk, or not at all; one that is there already is fs.ErrExist.
func WriteNew(path string, content []byte, mode fs.FileMode) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("create folder: %w", err)
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	// Link, unlike Rename, never replaces a file.
	if err := os.Link(f.Name(), path); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}

// plainError leaves the path out of an error that names it anyway.
func plainError(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
