//go:build profile

package main

import (
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"time"
)

// Built with -tags profile, the server writes CPU profiles of ten seconds each, one
// after the other, into the folder that PROFILES names; see make profile.
func init() {
	folder := os.Getenv("PROFILES")
	if folder == "" {
		return
	}
	go func() {
		for n := 0; ; n++ {
			f, err := os.Create(filepath.Join(folder, strconv.Itoa(os.Getpid())+"-"+strconv.Itoa(n)+".pprof"))
			if err != nil {
				panic(err)
			}
			if err := pprof.StartCPUProfile(f); err != nil {
				panic(err)
			}
			time.Sleep(10 * time.Second)
			pprof.StopCPUProfile()
			if err := f.Close(); err != nil {
				panic(err)
			}
		}
	}()
}
