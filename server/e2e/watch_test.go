package e2e

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/serviceworker"
)

// watch collects what goes wrong in the pages of a browser: exceptions,
// console errors, refusals by the content security policy, failed requests,
// errors in the service worker.
type watch struct {
	mu      sync.Mutex
	seen    []string
	allowed []string
}

func (w *watch) allow(part string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.allowed = append(w.allowed, part)
}

// problems returns what was seen and not allowed.
func (w *watch) problems() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.seen), func(problem string) bool {
		return slices.ContainsFunc(w.allowed, func(part string) bool { return strings.Contains(problem, part) })
	})
}

// observe takes an event of a tab.
func (w *watch) observe(event any) {
	problem := describe(event)
	if problem == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, problem)
}

// describe says what is wrong with an event, "" if nothing is.
func describe(event any) string {
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		return "exception: " + event.ExceptionDetails.Error()
	case *runtime.EventConsoleAPICalled:
		if event.Type == runtime.APITypeError || event.Type == runtime.APITypeAssert {
			return "console: " + joined(event.Args)
		}
	case *log.EventEntryAdded:
		// An unreachable server is what the tests of offline use are about.
		unreachable := event.Entry.Source == log.SourceNetwork && strings.Contains(event.Entry.Text, "net::ERR_")
		if event.Entry.Level == log.LevelError && !unreachable {
			return fmt.Sprintf("%s: %s %s", event.Entry.Source, event.Entry.Text, event.Entry.URL)
		}
	case *serviceworker.EventWorkerErrorReported:
		// A failed sync event is how the worker asks the browser for another.
		if !strings.Contains(event.ErrorMessage.ErrorMessage, "outbox not drained") {
			return "service worker: " + event.ErrorMessage.ErrorMessage
		}
	case *inspector.EventTargetCrashed:
		return "the page crashed"
	}
	return ""
}

func joined(args []*runtime.RemoteObject) string {
	var parts []string
	for _, arg := range args {
		if arg.Description != "" {
			parts = append(parts, arg.Description)
		} else {
			parts = append(parts, string(arg.Value))
		}
	}
	return strings.Join(parts, " ")
}
