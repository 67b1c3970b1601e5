package page

import (
	"context"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Credentials is what pages can do about logins, second factors, devices and
// passwords. All of it needs the server. Beside a *wire.Problem an error may be
// one of syncer.ErrPasskey…
type Credentials interface {
	// LogIn begins a login, LogInCode and LogInPasskey go on with it. A passkey
	// can begin one too. The answer has the account, or what comes next.
	LogIn(ctx context.Context, email, password message.Text) (wire.LoginAnswer, error)
	LogInCode(ctx context.Context, method wire.Method, code string) (wire.LoginAnswer, error)
	LogInPasskey(ctx context.Context) (wire.LoginAnswer, error)
	// Begun returns what a login that was begun still needs, nil if there is none.
	Begun() *wire.LoginAnswer
	GiveUpLogIn()
	// UnlockPasskey opens the device by a passkey, offline too. The error is
	// syncer.ErrWrongSecret where it is not one that can.
	UnlockPasskey(ctx context.Context) error
	// HasPasskeys reports whether the browser knows passkeys.
	HasPasskeys(ctx context.Context) bool

	Security(ctx context.Context) (wire.Security, error)
	// StepUp proves anew who is there, after wire.CodeStepUpRequired. Text is a
	// password or a code.
	StepUp(ctx context.Context, method wire.Method, text message.Text) error
	// CreateTOTP makes a secret that counts for nothing until ConfirmTOTP.
	CreateTOTP(ctx context.Context) (wire.TOTPSecret, error)
	ConfirmTOTP(ctx context.Context, code string) (wire.FactorAdded, error)
	DeleteTOTP(ctx context.Context) error
	// AddPasskey makes a passkey; the name may be empty.
	AddPasskey(ctx context.Context, name message.Text) (wire.FactorAdded, error)
	RenamePasskey(ctx context.Context, id uuid.UUID, name message.Text) error
	DeletePasskey(ctx context.Context, id uuid.UUID) error
	CreateRecoveryCodes(ctx context.Context) ([]string, error)
	Devices(ctx context.Context) ([]wire.Device, error)
	RenameDevice(ctx context.Context, id uuid.UUID, name message.Text) error
	RevokeDevice(ctx context.Context, id uuid.UUID) error
	RevokeOtherDevices(ctx context.Context) error
	// ChangePassword reports whether the new password opens this device too.
	ChangePassword(ctx context.Context, current, password message.Text) (opens bool, err error)
	// DropAlert puts away news of one kind.
	DropAlert(notice wire.SecurityNotice)

	RequestReset(ctx context.Context, email message.Text) error
	// ResetPassword sets a new password by the link of a mail. For a passkey the
	// browser asks.
	ResetPassword(ctx context.Context, r wire.ResetPassword) (wire.ResetAnswer, error)
	// ApproveReset lets a new password that waits work at once, CancelReset drops
	// it.
	ApproveReset(ctx context.Context) error
	CancelReset(ctx context.Context) error
	// ChangeEmail asks for another address, to which a code is mailed; ConfirmEmail
	// goes on by that, CancelEmail drops what waits.
	ChangeEmail(ctx context.Context, email message.Text) error
	ConfirmEmail(ctx context.Context, code string) error
	CancelEmail(ctx context.Context) error
}
