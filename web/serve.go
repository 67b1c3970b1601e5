package web

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ServeHTTP serves the files under Prefix to GET and HEAD, compressed as the
// browser accepts it, to be kept for ever: other content has another address.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	file, ok := a.byURL[r.URL.Path]
	if !ok {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}

	encoding, suffix := file.negotiate(r.Header.Values("Accept-Encoding"))
	content, err := a.files.Open(file.name + suffix)
	if err != nil {
		http.Error(w, "not readable", http.StatusInternalServerError)
		return
	}
	defer content.Close()

	header := w.Header()
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Content-Type", file.contentType)
	header.Set("Vary", "Accept-Encoding")
	header.Set("ETag", `"`+file.hash+"-"+encoding+`"`)
	if encoding != identity {
		header.Set("Content-Encoding", encoding)
		// ServeContent leaves the length out of encoded answers; progress
		// bars want it.
		header.Set("Content-Length", strconv.FormatInt(file.copies[encoding], 10))
	}
	http.ServeContent(w, r, "", time.Time{}, content.(io.ReadSeeker)) // embedded files can seek
}

// negotiate picks the best copy the browser accepts, and the plain file where
// it accepts none: an answer it may not like beats an error.
func (file asset) negotiate(acceptEncoding []string) (encoding, suffix string) {
	accepted := acceptedEncodings(acceptEncoding)
	for _, candidate := range encodings {
		if _, there := file.copies[candidate.name]; !there || candidate.name == identity {
			continue
		}
		accept, named := accepted[candidate.name]
		if !named {
			accept = accepted["*"]
		}
		if accept {
			return candidate.name, candidate.suffix
		}
	}
	return identity, ""
}

// acceptedEncodings reads Accept-Encoding (RFC 9110, section 12.5.3): which
// codings are named, and whether with a weight above 0. How much above does
// not matter: among those accepted ours is the choice.
func acceptedEncodings(header []string) map[string]bool {
	accepted := make(map[string]bool)
	for item := range strings.SplitSeq(strings.Join(header, ","), ",") {
		coding, parameters, _ := strings.Cut(item, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding == "" {
			continue
		}
		accepted[coding] = weight(parameters) > 0
	}
	return accepted
}

// weight returns the q of parameters such as "q=0.5": 1 where none is given, 0
// where it is not a number from 0 to 1.
func weight(parameters string) float64 {
	name, value, found := strings.Cut(strings.TrimSpace(parameters), "=")
	if !found || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}
