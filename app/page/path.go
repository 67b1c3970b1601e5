package page

import (
	"net/url"
	"strings"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// conversationPattern matches the address of a conversation. It is anchored:
// nothing of an address gets into a page that was not foreseen.
const conversationPattern = `^/c/[0-9a-fA-F-]{36}$`

// conversationAt returns which conversation is at a path, if one is.
func conversationAt(path string) (id uuid.UUID, ok bool) {
	rest, ok := strings.CutPrefix(path, "/c/")
	if !ok {
		return uuid.UUID{}, false
	}
	id, err := message.ParseID(rest)
	return id, err == nil
}

// logInAt returns the address of the page to log in that leads back to path.
func logInAt(path string) string {
	if path == "/" {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(path)
}

// nextAfterLogIn returns where to go after logging in, from the address's
// query. Anything but a page of a person leads to the dashboard, so that a link
// cannot send people elsewhere.
func nextAfterLogIn(query url.Values) string {
	next := query.Get("next")
	if next == "/settings" {
		return next
	}
	if id, ok := conversationAt(next); ok {
		return "/c/" + id.String()
	}
	return "/"
}
