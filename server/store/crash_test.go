package store_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/live"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
)

// Where the child of TestCrash finds its work: URL, conversation, client, and
// whether it is the mutant.
const crashVariable = "PLEIADES_TEST_CRASH"

// crashes is how often a process is killed on each database.
const crashes = 8

// TestCrash kills a process while it sends and shows that what is stored and
// what the log says of it always agree. The same test finds the mutant that
// adds to the log after the commit.
func TestCrash(t *testing.T) {
	if work := os.Getenv(crashVariable); work != "" {
		sendUntilKilled(t, strings.Fields(work))
		return
	}
	storetest.EachURL(t, func(t *testing.T, url string) {
		for _, mutant := range []bool{false, true} {
			t.Run(fmt.Sprintf("mutant %v", mutant), func(t *testing.T) {
				db := storetest.MustOpenURL(t, url)
				if err := db.Migrate(t.Context()); err != nil {
					t.Fatal(err)
				}
				storetest.MustUnlock(t, db)
				p := storetest.MustPractice(t, db, 1)
				work := fmt.Sprint(url, " ", p.Conversations[0], " ", p.Clients[0], " ", mutant)
				apart := 0
				for n := range crashes {
					killWhileSending(t, work, time.Duration(n)*time.Millisecond)
					apart += countOf(t, db, p.ID)
				}
				t.Logf("after %d crashes, data and log disagreed %d times", crashes, apart)
				if (apart > 0) != mutant {
					t.Error("data and log disagree, or the test does not see that they do")
				}
			})
		}
	})
}

// countOf counts what the log finds wrong in a practice.
func countOf(t *testing.T, db *store.DB, practice uuid.UUID) (n int) {
	t.Helper()
	report, err := db.VerifyLog(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range report.Findings {
		if finding.Practice == practice {
			n++
		}
	}
	return n
}

// killWhileSending runs a process that sends and kills it a moment after it
// began to.
func killWhileSending(t *testing.T, work string, after time.Duration) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestCrash$")
	child.Env = append(os.Environ(), crashVariable+"="+work, "TMPDIR="+t.TempDir())
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for sent := 0; sent < 3 && lines.Scan(); sent++ {
		if line := lines.Text(); line != "sent" {
			t.Errorf("the child says %q", line)
		}
	}
	time.Sleep(after)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
}

// sendUntilKilled is the child.
func sendUntilKilled(t *testing.T, work []string) {
	db := storetest.MustOpenURL(t, work[0])
	storetest.MustUnlock(t, db)
	conversations := db.Conversations()
	if work[3] == "true" {
		conversations = store.LateConversations(db)
	}
	service := chat.New(conversations, live.New(live.Options{}), chat.Options{})
	for {
		_, _, err := service.Send(t.Context(), chat.Actor{Account: uuid.MustParse(work[2])}, uuid.MustParse(work[1]),
			message.Draft{ID: uuid.New(), Body: "hello", WrittenAt: time.Now()})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("sent")
	}
}

// TestCutEnd cuts events, and what they wrote, off the end of a chain and makes
// a head to fit, and shows that the head's code tells. The same test finds the
// mutant without a key.
func TestCutEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, mutant := range []bool{false, true} {
			if mutant {
				store.SetLogKey(db, audit.Key{}) // as good as none: whoever reads the program has it
			}
			p := storetest.MustPractice(t, db, 1)
			service := chat.New(db.Conversations(), live.New(live.Options{}), chat.Options{})
			for range 3 {
				_, _, err := service.Send(t.Context(), chat.Actor{Account: p.Clients[0]}, p.Conversations[0],
					message.Draft{ID: uuid.New(), Body: "hello", WrittenAt: time.Now()})
				if err != nil {
					t.Fatal(err)
				}
			}
			service.Close()
			entries, err := db.Accounts().ListEntries(t.Context(), p.ID, audit.Filter{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			end := audit.Head{Practice: p.ID, Count: entries[1].Number, Hash: entries[1].Hash}
			report, err := store.Forge(t, db, nil, func(f store.Forger) error {
				practice := p.ID.String()
				for _, step := range []error{
					f.Exec("DELETE FROM audit_events WHERE practice_id = ? AND number > ?", practice, end.Count),
					f.Exec("DELETE FROM messages WHERE practice_id = ? AND seq = 3", practice),
					f.Exec("UPDATE audit_heads SET count = ?, hash = ?, code = ? WHERE practice_id = ?", end.Count, end.Hash[:], audit.Key{}.Sign(end), practice),
				} {
					if step != nil {
						return step
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, finding := range report.Findings {
				found = found || finding.Practice == p.ID && finding.What == "head"
			}
			if found == mutant {
				t.Errorf("mutant %v: findings %v", mutant, report.Findings)
			}
		}
	})
}
