package httpapi

// Routes returns the patterns of all that a server answers: of the API and of
// pages and files.
func Routes(opts Options) (api, pages []string, err error) {
	s, err := newServer(opts)
	if err == nil {
		err = s.drawn()
	}
	if err != nil {
		return nil, nil, err
	}
	return s.api.patterns, s.pages.patterns, nil
}

// What reads and writes messages without encoding/json, and what does with it.
var (
	ReadPut            = readPut
	ReadOutbox         = readOutbox
	UnmarshalJSON      = unmarshalJSON
	AppendMessageEvent = appendMessageEvent
)

// The patterns of what has a short way.
const (
	SendRoute = sendRoute
	PostRoute = postRoute
)
