package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"pleiades/shared/wire"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "development"

// version prints what this program is.
func (p program) version(_ context.Context, args []string) error {
	var c config
	if err := p.parse(p.flags("version", ""), args, &c); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "version   %s\ncommit    %s\nprotocol  %d\ngo        %s\n",
		version, commit(), wire.Version, runtime.Version())
	return nil
}

// commit returns the commit the program was built from, as far as the build
// recorded it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	commit, changed := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	return commit + changed
}
