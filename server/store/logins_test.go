package store_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
)

// TestForgedLogins changes, copies and inserts login sessions as someone who can
// write to the database but has no key: none of them lets anyone in.
func TestForgedLogins(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		db := storetest.MustOpenAgain(t, url)
		made, other := mustWriteEverywhere(t, db), mustWriteEverywhere(t, db)
		at := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
		literal := func(b []byte) string {
			if strings.HasPrefix(url, "sqlite:") {
				return "X'" + hex.EncodeToString(b) + "'"
			}
			return `'\x` + hex.EncodeToString(b) + "'"
		}
		// create writes a login that waits for its second factor.
		create := func(t *testing.T) (id account.LoginID, token []byte) {
			t.Helper()
			id, token = uuid.New(), bytes.Repeat([]byte(uuid.NewString()[:8]), 4)
			login := account.LoginSession{
				ID: id, Account: made.client, Stage: permit.StagePending,
				CreatedAt: at, LastActAt: at, ExpiresAt: at.Add(time.Hour), UserAgent: "Firefox",
			}
			err := db.Accounts().Update(t.Context(), func(tx account.Tx) error { return tx.CreateLogin(t.Context(), login, token) })
			if err != nil {
				t.Fatal(err)
			}
			return id, token
		}
		refused := func(t *testing.T, id account.LoginID, tokens ...[]byte) {
			t.Helper()
			ctx := t.Context()
			for _, token := range tokens {
				if _, actor, err := db.Accounts().FindLogin(ctx, token, at); !errors.Is(err, account.ErrNotFound) {
					t.Errorf("it lets in %v, stage %q, error %v", actor.Account, actor.Stage, err)
				}
			}
			if _, err := db.Accounts().FindLoginByID(ctx, id); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("found by its id, error %v", err)
			}
			// Nor is it made good by a change of the program's own.
			if err := db.Accounts().RenewLogin(ctx, id, at.Add(time.Minute), at.Add(-time.Hour), at.Add(time.Hour)); err != nil {
				t.Error(err)
			}
			err := db.Accounts().Update(ctx, func(tx account.Tx) error { return tx.RotateLogin(ctx, id, []byte("rotated"), at) })
			if !errors.Is(err, account.ErrNotLoggedIn) {
				t.Errorf("rotated, error %v", err)
			}
			if _, err := db.Accounts().FindLoginByID(ctx, id); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("found by its id after changes, error %v", err)
			}
		}

		foreign := []byte("the hash of a token they chose!!")
		changes := map[string]string{
			"id":             "'" + uuid.NewString() + "'",
			"token_hash":     literal(foreign),
			"account_id":     "'" + other.client.String() + "'",
			"created_at":     "created_at + 1",
			"last_act_at":    "last_act_at + 60000000",
			"expires_at":     "expires_at + 60000000",
			"device_id":      "'" + made.device.String() + "'",
			"stage":          "'full'",
			"proved_at":      "proved_at + 60000000",
			"old_token_hash": literal(foreign) + ", rotated_at = " + fmt.Sprint(at.Add(time.Hour).UnixMicro()),
			"rotated_at":     "rotated_at + 1",
			"code":           "NULL",
		}
		for label := range store.MustColumns(t, db) {
			column, ok := strings.CutPrefix(label, "login_sessions.")
			if !ok || column == "user_agent" { // which is sealed
				continue
			}
			t.Run("changed "+column, func(t *testing.T) {
				change, ok := changes[column]
				if !ok {
					t.Fatal("this test does not know the column")
				}
				id, token := create(t)
				if _, err := db.Accounts().FindLoginByID(t.Context(), id); err != nil {
					t.Fatal(err)
				}
				store.MustExec(t, db, fmt.Sprintf("UPDATE login_sessions SET %s = %s WHERE id = '%s'", column, change, id))
				if column == "id" {
					id = uuid.MustParse(strings.Trim(change, "'"))
				}
				refused(t, id, token, foreign)
				store.MustExec(t, db, fmt.Sprintf("DELETE FROM login_sessions WHERE id = '%s'", id))
			})
		}
		t.Run("copied under another token", func(t *testing.T) {
			id, _ := create(t)
			copied := uuid.New()
			store.MustExec(t, db, fmt.Sprintf(`INSERT INTO login_sessions
				SELECT '%s', %s, account_id, created_at, last_act_at, expires_at, user_agent, device_id, stage, proved_at, old_token_hash, rotated_at, code
				FROM login_sessions WHERE id = '%s'`, copied, literal(foreign), id))
			refused(t, copied, foreign)
			if _, err := db.Accounts().FindLoginByID(t.Context(), id); err != nil {
				t.Errorf("the login that was copied: %v", err)
			}
		})
		t.Run("inserted with another's code", func(t *testing.T) {
			id, _ := create(t)
			inserted, token := uuid.New(), []byte("the hash of another token")
			store.MustExec(t, db, fmt.Sprintf(`INSERT INTO login_sessions
				(id, token_hash, account_id, created_at, last_act_at, expires_at, user_agent, stage, proved_at, code)
				SELECT '%s', %s, '%s', created_at, last_act_at, expires_at, user_agent, 'full', proved_at, code
				FROM login_sessions WHERE id = '%s'`, inserted, literal(token), made.therapist, id))
			refused(t, inserted, token)
		})
		t.Run("whole, renewed and rotated, as another process finds it", func(t *testing.T) {
			ctx := t.Context()
			id, token := create(t)
			if err := db.Accounts().RenewLogin(ctx, id, at.Add(time.Minute), at.Add(-time.Hour), at); err != nil {
				t.Fatal(err)
			}
			err := db.Accounts().Update(ctx, func(tx account.Tx) error {
				return tx.RotateLogin(ctx, id, []byte("its next token"), at.Add(time.Second))
			})
			if err != nil {
				t.Fatal(err)
			}
			again := storetest.MustOpenAgain(t, url).Accounts()
			for _, token := range [][]byte{token, []byte("its next token")} {
				login, _, err := again.FindLogin(ctx, token, at)
				if err != nil || login.ID != id || !login.LastActAt.Equal(at.Add(time.Minute)) {
					t.Errorf("got %#v, error %v", login, err)
				}
			}
		})
		t.Run("without the key", func(t *testing.T) {
			id, token := create(t)
			store.MustExec(t, db, "DELETE FROM wrapped_keys WHERE name = 'logins'")
			db = storetest.MustOpenAgain(t, url)
			refused(t, id, token)
		})
	})
}

// BenchmarkFindLogin is what every request with a login begins with.
func BenchmarkFindLogin(b *testing.B) {
	db := storetest.MustOpen(b, storetest.SQLite)
	at, token, person := time.Now(), []byte("token"), uuid.New()
	login := account.LoginSession{ID: uuid.New(), Account: person, CreatedAt: at, LastActAt: at, ExpiresAt: at, UserAgent: "Firefox"}
	err := db.Accounts().Update(b.Context(), func(tx account.Tx) error {
		_, err := tx.CreateAccount(b.Context(), account.Account{ID: person, CreatedAt: at}, account.Credentials{Account: person, EmailIndex: person[:]})
		return errors.Join(err, tx.CreateLogin(b.Context(), login, token), tx.Record(b.Context(), storetest.EventOf(audit.AccountCreate, uuid.Nil, person)))
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := db.Accounts().FindLogin(b.Context(), token, at); err != nil {
			b.Fatal(err)
		}
	}
}
