package browser

import "syscall/js"

// Deriving does the work of web/js/derive.js, where that has started the program,
// and reports whether it did: then there is no page, and the program ends.
func Deriving(derive func(secret, salt []byte) []byte) bool {
	task := js.Global().Get("pleiadesDerive")
	if task.IsUndefined() {
		return false
	}
	key := derive(bytesOf(task.Get("secret")), bytesOf(task.Get("salt")))
	task.Set("key", bytesTo(key))
	return true
}
