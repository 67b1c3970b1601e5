// Package floor is the least a server of messages can do: it checks a token,
// reads and writes JSON, encrypts what it stores, commits messages in groups that
// reach the disk before they are answered, and tells them to open streams. What
// the product takes beside it is the price of everything else that it does.
//
// It answers at the product's addresses, so that one driver measures both. It is
// for measuring only, and keeps no rule of the product.
package floor

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Cookie is the name of the cookie that holds the token.
const Cookie = "pleiades"

// Person is someone who has a token.
type Person struct {
	Token        string    `json:"token"`
	Account      uuid.UUID `json:"account"`
	Conversation uuid.UUID `json:"conversation"`
	Peer         uuid.UUID `json:"peer"` // the other in the conversation
}

// message is what is sent and told.
type message struct {
	ID           uuid.UUID `json:"id"`
	Seq          int64     `json:"seq"`
	Body         string    `json:"body"`
	Sender       uuid.UUID `json:"sender"`
	WrittenAt    time.Time `json:"writtenAt"`
	AcceptedAt   time.Time `json:"acceptedAt"`
	conversation uuid.UUID
}

// Server is the floor on a database.
type Server struct {
	db       *database
	aead     cipher.AEAD
	people   map[[sha256.Size]byte]Person
	commits  *committer
	mu       sync.Mutex
	streams  map[uuid.UUID]map[chan []byte]struct{}
	handlers *http.ServeMux
}

// Open makes a server on the database at url, of the forms that package store
// takes, for people who have tokens already.
func Open(ctx context.Context, url string, people []Person) (*Server, error) {
	db, err := openDatabase(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Server{
		db:      db,
		people:  make(map[[sha256.Size]byte]Person, len(people)),
		streams: make(map[uuid.UUID]map[chan []byte]struct{}),
	}
	if s.aead, err = newAEAD(); err != nil {
		return nil, err
	}
	for _, p := range people {
		raw, err := base64.RawURLEncoding.DecodeString(p.Token)
		if err != nil {
			return nil, fmt.Errorf("read token: %w", err)
		}
		s.people[sha256.Sum256(raw)] = p
	}
	s.commits = startCommitter(db)
	s.handlers = http.NewServeMux()
	s.handlers.HandleFunc("PUT /api/v1/conversations/{cid}/messages/{mid}", s.send)
	s.handlers.HandleFunc("GET /api/v1/conversations/{cid}/messages", s.list)
	s.handlers.HandleFunc("GET /api/v1/events", s.stream)
	s.handlers.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handlers.ServeHTTP(w, r) }

// person returns whose token a request carries.
func (s *Server) person(r *http.Request) (Person, bool) {
	cookie, err := r.Cookie(Cookie)
	if err != nil {
		return Person{}, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return Person{}, false
	}
	p, ok := s.people[sha256.Sum256(raw)]
	return p, ok
}

func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	p, ok := s.person(r)
	if !ok {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	id, err := uuid.Parse(r.PathValue("mid"))
	if err != nil || r.PathValue("cid") != p.Conversation.String() {
		http.Error(w, "not yours", http.StatusNotFound)
		return
	}
	m := message{ID: id, Sender: p.Account, conversation: p.Conversation, AcceptedAt: time.Now().UTC()}
	body := make([]byte, min(max(r.ContentLength, 0), 1<<20))
	if _, err = io.ReadFull(r.Body, body); err == nil {
		err = json.Unmarshal(body, &m)
	}
	if err != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	sealed := s.aead.Seal(nil, nil, []byte(m.Body), id[:])
	if m.Seq, err = s.commits.submit(m, sealed); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	data, err := json.Marshal(m)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.publish(p, data)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write(data)
}

func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	p, ok := s.person(r)
	if !ok {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || r.PathValue("cid") != p.Conversation.String() {
		http.Error(w, "not yours", http.StatusNotFound)
		return
	}
	messages, err := s.db.list(r.Context(), s.aead, p.Conversation, limit)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string][]message{"messages": messages})
}

// publish tells a message, as JSON, to the streams of both people.
func (s *Server) publish(p Person, data []byte) {
	text := append(make([]byte, 0, len(data)+128), "event: message\ndata: {\"conversation\":\""...)
	text = append(append(text, p.Conversation.String()...), `","message":`...)
	text = append(append(text, data...), "}\n\n"...)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, account := range []uuid.UUID{p.Account, p.Peer} {
		for c := range s.streams[account] {
			select {
			case c <- text:
			default:
			}
		}
	}
}

func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	p, ok := s.person(r)
	if !ok {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	events := make(chan []byte, 16)
	s.mu.Lock()
	if s.streams[p.Account] == nil {
		s.streams[p.Account] = make(map[chan []byte]struct{})
	}
	s.streams[p.Account][events] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.streams[p.Account], events)
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	text := []byte(": here\n\n")
	for {
		if _, err := w.Write(text); err != nil || control.Flush() != nil {
			return
		}
		select {
		case text = <-events:
		case <-r.Context().Done():
			return
		}
	}
}

// newAEAD returns a fresh key as the product uses them.
func newAEAD() (cipher.AEAD, error) {
	key := make([]byte, 32)
	if _, err := io.ReadFull(rand.Reader, key); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return NewAEAD(key)
}
