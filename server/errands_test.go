package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

func TestErrands(t *testing.T) {
	var log bytes.Buffer
	e := newErrands(slog.New(slog.NewTextHandler(&log, nil)))
	var got []int
	begun, goOn := make(chan struct{}), make(chan struct{})
	e.add(func(context.Context) error {
		close(begun)
		<-goOn
		got = append(got, 0)
		return errors.New("it did not work out")
	})
	<-begun
	for i := range maxErrands + 1 {
		e.add(func(context.Context) error {
			got = append(got, i+1)
			return nil
		})
	}
	close(goOn)
	e.close()
	e.add(func(context.Context) error { return nil })
	if len(got) != maxErrands+1 || !slices.IsSorted(got) {
		t.Errorf("%d errands were done, want %d in their order", len(got), maxErrands+1)
	}
	for _, said := range []string{"it did not work out", "too many are waiting", "the server stops"} {
		if !strings.Contains(log.String(), said) {
			t.Errorf("the log does not say %q: %s", said, &log)
		}
	}
}
