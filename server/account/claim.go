package account

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"pleiades/server/bearer"
	"pleiades/server/permit"
)

// maxClaims is how many logins are remembered at most.
const maxClaims = 10_000

// Claim is a login that was there a while ago. Whether it still is has to be found
// out before anything that is done by it shows: who acts on a claim finds the
// session by the hash, in the transaction that acts, and asks whether it is one of the
// account, and Holds.
type Claim struct {
	Account   uuid.UUID // whose it is
	TokenHash []byte
}

// claims remembers whose logins are, by the hashes of their tokens, and nothing of
// what they may do.
type claims struct {
	mu     sync.Mutex
	people map[string]uuid.UUID
}

func (c *claims) find(hash []byte) (account uuid.UUID, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	account, known = c.people[string(hash)]
	return account, known
}

// add remembers a login. Where there are too many it begins anew, since each is
// remembered again once it is authenticated.
func (c *claims) add(hash []byte, account uuid.UUID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.people == nil || len(c.people) >= maxClaims {
		c.people = make(map[string]uuid.UUID)
	}
	c.people[string(hash)] = account
}

func (c *claims) remove(hash []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.people, string(hash))
}

// Claim returns the claim of a login token that was remembered.
func (s *Service) Claim(token string) (Claim, bool) {
	hash, ok := bearer.Hash(token)
	if !ok {
		return Claim{}, false
	}
	account, known := s.claims.find(hash)
	return Claim{account, hash}, known
}

// Remember has a token be claimed from now on that Authenticate has found.
func (s *Service) Remember(token string, actor Actor) {
	if hash, ok := bearer.Hash(token); ok {
		s.claims.add(hash, actor.Account)
	}
}

// Forget has a claim be authenticated the next time. It is called where one may not
// have held, so that a login which has ended is claimed once more at most.
func (s *Service) Forget(c Claim) { s.claims.remove(c.TokenHash) }

// Holds reports whether a login session that was found by a claim can be acted on,
// as Authenticate decides it. An account that is disabled has none.
func (s *Service) Holds(stage permit.Stage, lastActAt, expiresAt time.Time) bool {
	login := LoginSession{Stage: stage, LastActAt: lastActAt, ExpiresAt: expiresAt}
	return login.Live(s.now()) && Actor{Stage: stage}.Whole() == nil
}
