package syncer

import (
	"encoding/json"
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/agenda"
)

// A change of a list is sealed as the device keeps it, but for its id, which has
// a place of its own in the envelope.
func TestChangeIsSealedAsItIsKept(t *testing.T) {
	change := agenda.Change{
		ID: uuid.New(), Kind: agenda.Edit, Item: uuid.New(), Text: "sleep", Base: uuid.New(), Place: "V", At: time.Now().UTC(),
	}
	for field, value := range reflect.ValueOf(change).Fields() {
		if value.IsZero() {
			t.Errorf("%s is not set in this test", field.Name)
		}
	}
	_, body := bodyOf(state.Pending{Kind: state.KindAgenda, Change: &change})
	kept, sealed := mustFields(t, change), mustFields(t, body)
	delete(kept, "id")
	if !maps.EqualFunc(kept, sealed, func(a, b any) bool { return a == b }) {
		t.Errorf("sealed %v, want %v", sealed, kept)
	}
}

func mustFields(t *testing.T, v any) map[string]any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil {
		t.Fatal(err)
	}
	return fields
}
