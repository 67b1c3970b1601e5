package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/serviceworker"
)

// watch collects what goes wrong in the pages of a browser and in their workers:
// exceptions, console errors, refusals by the content security policy, failed
// requests.
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

// observe takes an event of a tab or a worker.
func (w *watch) observe(event any) { w.note(describe(event)) }

// note takes what is wrong, "" if nothing is.
func (w *watch) note(problem string) {
	if problem == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, problem)
}

// refusal says that an answer is an error, in the browser's own words, "" if it is
// none.
func refusal(r *network.Response) string {
	if r.Status < 400 {
		return ""
	}
	return fmt.Sprintf("%s: Failed to load resource: the server responded with a status of %d (%s) %s", log.SourceNetwork, r.Status, r.StatusText, r.URL)
}

// undrained is in the error of a failed sync event: that is how the worker asks the
// browser for another.
const undrained = "outbox not drained"

// unreachable is what the browser says of a server that is out of reach, or whose
// answer was cut.
var unreachable = regexp.MustCompile(`net::ERR_(ABORTED|ADDRESS_|CONNECTION_|CONTENT_|EMPTY_RESPONSE|FAILED|INCOMPLETE_|` +
	`INTERNET_DISCONNECTED|NETWORK_|RESPONSE_HEADERS_TRUNCATED|SOCKET_|TIMED_OUT)`)

// describe says what is wrong with an event, "" if nothing is.
func describe(event any) string {
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		if text := event.ExceptionDetails.Error(); !strings.Contains(text, undrained) {
			return "exception: " + text
		}
	case *runtime.EventConsoleAPICalled:
		if event.Type == runtime.APITypeError || event.Type == runtime.APITypeAssert {
			return "console: " + joined(event.Args)
		}
	case *log.EventEntryAdded:
		// An unreachable server is what the tests of offline use are about; what the
		// browser itself refuses to load is not.
		isOut := event.Entry.Source == log.SourceNetwork && unreachable.MatchString(event.Entry.Text)
		if event.Entry.Level == log.LevelError && !isOut {
			return fmt.Sprintf("%s: %s %s", event.Entry.Source, event.Entry.Text, event.Entry.URL)
		}
	case *serviceworker.EventWorkerErrorReported:
		if !strings.Contains(event.ErrorMessage.ErrorMessage, undrained) {
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
