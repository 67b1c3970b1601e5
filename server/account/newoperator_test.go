package account_test

import (
	"testing"

	"pleiades/server/account"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func TestNewOperator(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email message.Text = "operator@example.test"
		in := account.NewAccount{Name: "Olive Oak", Email: email, Password: password}
		made, err := d.CreateOperator(t.Context(), in)
		if err != nil || !made.Operator {
			t.Fatalf("got %v, %v", made.Operator, err)
		}
		_, err = d.CreateOperator(t.Context(), in)
		wantErr(t, "an address twice", err, account.ErrAddressTaken)

		entry := d.mustEnter(t, email, account.Browser{UserAgent: firefox})
		if entry.Next != wire.StepEnroll {
			t.Fatalf("an operator without a second factor gets as far as %q", entry.Next)
		}
		_, added := d.mustAddTOTP(t, d.mustActor(t, entry.Token))
		actor := d.mustActor(t, added.Entry.Token)
		if !actor.Operator || len(actor.Memberships) != 0 || !added.Entry.Account.Operator {
			t.Errorf("who is logged in is %+v", actor)
		}
		wantErr(t, "taking the second factor away", d.RemoveTOTP(t.Context(), actor), account.ErrLastFactor)
		if _, therapist := d.mustLogIn(t, d.therapist.Email); therapist.Operator {
			t.Error("a therapist is an operator")
		}
	})
}
