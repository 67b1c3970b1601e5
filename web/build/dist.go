package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

const (
	brotliSuffix = ".br"
	gzipSuffix   = ".gz"

	// stampFile records the least brotli quality of what lies in dist. Its leading
	// dot keeps it out of the embedded files.
	stampFile = ".quality"
)

// writeDist makes dist hold exactly the files, their compressed copies and the
// README. A file that is there already with the same bytes, compressed at
// least as well, is left alone.
func writeDist(dist string, files map[string][]byte, quality int) error {
	stamp := filepath.Join(dist, stampFile)
	if err := removeOthers(dist, files); err != nil {
		return err
	}
	changed := changedFiles(dist, files)
	switch before := readStamp(stamp); {
	case before < quality:
		changed = files
	case len(changed) == 0:
		return nil
	}
	// What is written now is of this quality, whatever the rest is of.
	if err := removeIfThere(stamp); err != nil {
		return err
	}

	var (
		wait   sync.WaitGroup
		mu     sync.Mutex
		failed []error
	)
	for name, content := range changed {
		path := filepath.Join(dist, filepath.FromSlash(name))
		wait.Go(func() {
			if err := writeFile(path, content, quality); err != nil {
				mu.Lock()
				failed = append(failed, err)
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if len(failed) > 0 {
		return errors.Join(failed...)
	}
	return os.WriteFile(stamp, []byte(strconv.Itoa(quality)), 0o644)
}

// changedFiles returns the files that dist does not hold with the same bytes.
func changedFiles(dist string, files map[string][]byte) map[string][]byte {
	changed := make(map[string][]byte)
	for name, content := range files {
		if !sameContent(filepath.Join(dist, filepath.FromSlash(name)), content) {
			changed[name] = content
		}
	}
	return changed
}

// writeFile writes one file with its compressed copies. The plain file goes
// first and comes back last, so that its presence vouches for the copies.
func writeFile(path string, content []byte, quality int) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := removeIfThere(path); err != nil {
		return err
	}
	for suffix, compressor := range map[string]func(io.Writer) io.WriteCloser{
		brotliSuffix: func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, quality) },
		gzipSuffix: func(w io.Writer) io.WriteCloser {
			gz, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // fails on unknown levels only
			return gz
		},
	} {
		compressed, err := compress(content, compressor)
		if err != nil {
			return fmt.Errorf("compress %s: %w", path, err)
		}
		if len(compressed) >= len(content) {
			err = removeIfThere(path + suffix)
		} else {
			err = os.WriteFile(path+suffix, compressed, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return os.WriteFile(path, content, 0o644)
}

func compress(content []byte, compressor func(io.Writer) io.WriteCloser) ([]byte, error) {
	var out bytes.Buffer
	w := compressor(&out)
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// removeOthers clears dist of files that no longer belong there.
func removeOthers(dist string, files map[string][]byte) error {
	return filepath.WalkDir(dist, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dist, path)
		if err != nil {
			return err
		}
		plain := strings.TrimSuffix(strings.TrimSuffix(filepath.ToSlash(name), brotliSuffix), gzipSuffix)
		if _, wanted := files[plain]; wanted || plain == "README" || plain == stampFile {
			return nil
		}
		return os.Remove(path)
	})
}

// readStamp returns the quality recorded in dist, or -1.
func readStamp(path string) int {
	stamp, err := os.ReadFile(path)
	if err != nil {
		return -1
	}
	quality, err := strconv.Atoi(string(stamp))
	if err != nil {
		return -1
	}
	return quality
}

func sameContent(path string, content []byte) bool {
	present, err := os.ReadFile(path)
	return err == nil && bytes.Equal(present, content)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
