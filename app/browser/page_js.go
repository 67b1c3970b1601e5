package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"syscall/js"
	"time"
)

// Page is the page the program runs in.
type Page struct{ js js.Value }

// NewPage returns the page, as web/js/boot.js prepared it.
func NewPage() *Page {
	scripts := js.Global().Get("pleiades")
	offerCipher(scripts)
	return &Page{js: scripts}
}

// Rules returns the text of the rules and models of guidance, which web/js/boot.js
// loaded. They are there once.
func (p *Page) Rules() string {
	rules := bytesOf(p.js.Get("rules"))
	p.js.Delete("rules")
	return string(rules)
}

// Fetch sends a request to the server. headers must not be nil.
func (p *Page) Fetch(ctx context.Context, method, path, body string, headers map[string]string) (Response, error) {
	h, err := json.Marshal(headers)
	if err != nil {
		return Response{}, fmt.Errorf("encode headers: %w", err)
	}
	answer, err := await(ctx, p.js.Call("request", method, path, body, string(h)))
	if err != nil {
		return Response{}, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	var r Response
	if err := json.Unmarshal([]byte(answer), &r); err != nil {
		return Response{}, fmt.Errorf("decode answer: %w", err)
	}
	return r, nil
}

// Device calls a function of the device's store with arguments as JSON, and
// decodes its result into result, unless that is nil.
func (p *Page) Device(ctx context.Context, result any, name string, args ...any) error {
	return call(ctx, p.js.Get("device"), result, name, args)
}

// Passkey calls a function of web/js/passkey.js in the same way. It takes as
// long as the person takes.
func (p *Page) Passkey(ctx context.Context, result any, name string, args ...any) error {
	return call(ctx, p.js.Get("passkeys"), result, name, args)
}

// call calls a function that takes and returns JSON.
func call(ctx context.Context, object js.Value, result any, name string, args []any) error {
	params := make([]any, len(args))
	for i, arg := range args {
		b, err := json.Marshal(arg)
		if err != nil {
			return fmt.Errorf("encode argument of %s: %w", name, err)
		}
		params[i] = string(b)
	}
	answer, err := await(ctx, object.Call(name, params...))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal([]byte(answer), result); err != nil {
		return fmt.Errorf("decode result of %s: %w", name, err)
	}
	return nil
}

// Stream opens the event stream. f gets "open", then the events of the given
// types with their data, and "error" once when the stream has ended.
func (p *Page) Stream(path string, types []string, f func(kind, data string)) (stop func()) {
	callback := js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0].String(), args[1].String())
		return nil
	})
	end := p.js.Call("stream", path, strings.Join(types, " "), callback)
	return func() {
		end.Invoke()
		callback.Release()
	}
}

// Lock waits until this page holds the lock of that name, alone among the pages
// of the device.
func (p *Page) Lock(ctx context.Context, name string) (release func(), err error) {
	v, err := awaitValue(ctx, p.js.Call("lock", name))
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	return func() { v.Invoke() }, nil
}

// Listen calls f with every signal of the page and of the device's other pages,
// as JSON with a field "type". f must return at once.
func (p *Page) Listen(f func(signal []byte)) {
	p.js.Call("listen", js.FuncOf(func(_ js.Value, args []js.Value) any {
		f([]byte(args[0].String()))
		return nil
	}))
}

// Later calls f when what is under way now is done, such as drawing. f must return
// at once.
func (p *Page) Later(f func()) {
	var callback js.Func
	callback = js.FuncOf(func(js.Value, []js.Value) any {
		callback.Release()
		f()
		return nil
	})
	js.Global().Call("setTimeout", callback, 0)
}

// Post sends a signal to the device's other pages.
func (p *Page) Post(signal []byte) { p.js.Call("post", string(signal)) }

// Persist asks the browser not to clear what the device keeps.
func (p *Page) Persist(ctx context.Context) error {
	_, err := await(ctx, p.js.Call("persist"))
	return err
}

// Facts finds out how things stand on the device, see web/js/facts.js.
func (p *Page) Facts(ctx context.Context, result any) error {
	answer, err := await(ctx, p.js.Call("diagnose"))
	if err != nil {
		return fmt.Errorf("find out the facts: %w", err)
	}
	if err := json.Unmarshal([]byte(answer), result); err != nil {
		return fmt.Errorf("decode the facts: %w", err)
	}
	return nil
}

// RequestSync asks the browser to drain the outbox even if the page is closed,
// where it can.
func (p *Page) RequestSync(ctx context.Context) error {
	_, err := await(ctx, p.js.Call("requestSync"))
	return err
}

// CheckUpdate looks for a new build on the server.
func (p *Page) CheckUpdate() { p.js.Call("checkUpdate") }

// TakeOver changes to the new build; the page is loaded anew.
func (p *Page) TakeOver() { p.js.Call("takeOver") }

// Install shows the browser's own question whether to install the app.
func (p *Page) Install() { p.js.Call("install") }

// Now returns the device's clock.
func (p *Page) Now() time.Time { return time.Now() }

// await waits for a promise of a string.
func await(ctx context.Context, promise js.Value) (string, error) {
	v, err := awaitValue(ctx, promise)
	if err != nil {
		return "", err
	}
	return v.String(), nil
}

func awaitValue(ctx context.Context, promise js.Value) (js.Value, error) {
	type outcome struct {
		value js.Value
		err   error
	}
	settled := make(chan outcome, 1)
	resolve := js.FuncOf(func(_ js.Value, args []js.Value) any {
		v := js.Undefined()
		if len(args) > 0 {
			v = args[0]
		}
		settled <- outcome{value: v}
		return nil
	})
	reject := js.FuncOf(func(_ js.Value, args []js.Value) any {
		e := &ErrDevice{Name: "Error"}
		if len(args) > 0 && args[0].Type() == js.TypeObject {
			e.Name = args[0].Get("name").String()
			e.Message = args[0].Get("message").String()
		}
		settled <- outcome{err: e}
		return nil
	})
	promise.Call("then", resolve, reject)
	release := func() {
		resolve.Release()
		reject.Release()
	}
	select {
	case o := <-settled:
		release()
		return o.value, o.err
	case <-ctx.Done():
		go func() { // the promise still wants its callbacks
			<-settled
			release()
		}()
		return js.Undefined(), ctx.Err()
	}
}
