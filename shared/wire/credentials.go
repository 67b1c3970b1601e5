package wire

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// LoginStep names what a login still needs before it can do anything else.
type LoginStep string

// The steps after the password.
const (
	StepTOTP    LoginStep = "totp"    // POST /login/totp
	StepPasskey LoginStep = "passkey" // POST /login/passkey/options, then POST /login/passkey
	StepEnroll  LoginStep = "enroll"  // the role needs a second factor and there is none yet: add one
)

// Method names a way to prove who one is.
type Method string

// The methods.
const (
	MethodPassword Method = "password"
	MethodTOTP     Method = "totp"
	MethodPasskey  Method = "passkey"
	MethodRecovery Method = "recovery" // one of the recovery codes
)

// LoginAnswer answers every step of a login: either the account, and the login
// is whole, or what comes next.
type LoginAnswer struct {
	Account *Account  `json:"account,omitempty" doc:"Who is logged in now."`
	Server  string    `json:"server,omitempty" doc:"The server's build."`
	Next    LoginStep `json:"next,omitempty" enum:"totp,passkey,enroll" doc:"What the login still needs; the cookie can do nothing else."`
	Methods []Method  `json:"methods,omitempty" enum:"totp,passkey,recovery" doc:"What the next step may be done with; to enrol, what may be added."`
}

// CodeEntry is a code from an authenticator app or a recovery code. Spaces, dashes
// and case do not matter.
type CodeEntry struct {
	Code string `json:"code" maxLength:"40"`
}

// PasskeyQuestion is what a browser asks a passkey, once.
type PasskeyQuestion struct {
	Ceremony string          `json:"ceremony" doc:"Goes back with the answer. It can be used once, within 5 minutes."`
	Options  json.RawMessage `json:"options" doc:"PublicKeyCredentialRequestOptions or CreationOptions in their JSON form (WebAuthn Level 3), for parse…FromJSON."`
}

// PasskeyAnswer is a passkey's answer to a question.
type PasskeyAnswer struct {
	Ceremony   string          `json:"ceremony" maxLength:"100"`
	Credential json.RawMessage `json:"credential" doc:"The credential as toJSON() gives it."`
}

// StepUp proves anew who is there: with one of the methods that Security names.
type StepUp struct {
	Method     Method          `json:"method" enum:"password,totp,passkey,recovery"`
	Password   message.Text    `json:"password,omitempty" maxLength:"1024" doc:"For password."`
	Code       string          `json:"code,omitempty" maxLength:"40" doc:"For totp and recovery."`
	Ceremony   string          `json:"ceremony,omitempty" maxLength:"100" doc:"For passkey."`
	Credential json.RawMessage `json:"credential,omitempty" doc:"For passkey."`
}

// SteppedUp answers StepUp.
type SteppedUp struct {
	Until time.Time `json:"until" doc:"Until then sensitive actions need no further proof."`
}

// Security answers GET /security: what the caller's account is protected by.
type Security struct {
	TOTP          *TOTP          `json:"totp,omitempty" doc:"Missing if there is none."`
	Passkeys      []Passkey      `json:"passkeys"`
	RecoveryCodes RecoveryStock  `json:"recoveryCodes"`
	Required      bool           `json:"required" doc:"The role needs a second factor."`
	Excused       bool           `json:"excused,omitempty" doc:"It would, but for the demo practice."`
	StepUp        []Method       `json:"stepUp" enum:"password,totp,passkey,recovery" doc:"What POST /step-up can be done with."`
	SteppedUp     *time.Time     `json:"steppedUp,omitempty" doc:"Until when this login needs no further proof; missing if it does."`
	Reset         *PasswordReset `json:"reset,omitempty" doc:"A new password that waits to take effect; missing if there is none."`
	Email         *EmailChange   `json:"email,omitempty" doc:"Another address that was asked for; missing if none was."`
	// Notices are there until POST /security/seen.
	Notices []SecurityEvent `json:"notices,omitempty" doc:"What happened elsewhere within 90 days and was not seen on this device, the newest 20, the oldest first."`
}

// TOTP is an authenticator app that makes codes.
type TOTP struct {
	CreatedAt time.Time `json:"createdAt"`
}

// Passkey is a passkey as its owner sees it.
type Passkey struct {
	ID         uuid.UUID    `json:"id"`
	Name       message.Text `json:"name"`
	CreatedAt  time.Time    `json:"createdAt"`
	LastUsedAt time.Time    `json:"lastUsedAt"`
	Synced     bool         `json:"synced" doc:"It is kept by more than one device."`
	Credential string       `json:"credential" doc:"The id by which browsers know it, in base64url."`
}

// RecoveryStock says how many recovery codes are left.
type RecoveryStock struct {
	Left      int        `json:"left"`
	CreatedAt *time.Time `json:"createdAt,omitempty" doc:"Missing if there are none."`
}

// PasswordReset is a new password that waits to take effect.
type PasswordReset struct {
	RequestedAt time.Time `json:"requestedAt"`
	EffectiveAt time.Time `json:"effectiveAt"`
}

// EmailChange is another address that was asked for an account.
type EmailChange struct {
	Email       message.Text `json:"email"`
	ExpiresAt   time.Time    `json:"expiresAt" doc:"Until when the code works that was mailed there."`
	EffectiveAt *time.Time   `json:"effectiveAt,omitempty" doc:"When it takes effect; missing until the code was given."`
}

// ChangeEmail asks for another address of one's account.
type ChangeEmail struct {
	Email message.Text `json:"email" maxLength:"320"`
}

// TOTPSecret answers POST /totp. It is shown once and never again.
type TOTPSecret struct {
	Secret string   `json:"secret" doc:"For typing, in base32."`
	URL    string   `json:"url" doc:"The otpauth: address."`
	QR     []string `json:"qr" doc:"The same as a QR code: a row of modules a string, 1 for dark, with the quiet zone."`
}

// PutPasskey hands over a new passkey.
type PutPasskey struct {
	Name       message.Text    `json:"name,omitempty" maxLength:"400" doc:"Up to 100 characters; one is made from the browser's name if it is left out."`
	Ceremony   string          `json:"ceremony" maxLength:"100"`
	Credential json.RawMessage `json:"credential" doc:"The credential as toJSON() gives it."`
}

// FactorAdded answers the adding of a second factor.
type FactorAdded struct {
	Passkey *Passkey `json:"passkey,omitempty" doc:"The new passkey, if it was one."`
	// RecoveryCodes come with the first factor.
	RecoveryCodes []string `json:"recoveryCodes,omitempty" doc:"With the first factor: shown once and never again."`
	// Account is there where the login was waiting for it.
	Account *Account `json:"account,omitempty" doc:"Who is logged in now, where the login was waiting for a factor."`
}

// RecoveryCodes answers POST /recovery-codes. They are shown once and never
// again; all before them stop working.
type RecoveryCodes struct {
	Codes []string `json:"codes"`
}

// Device is a browser on which the account was logged in.
type Device struct {
	ID         uuid.UUID    `json:"id"`
	Name       message.Text `json:"name" doc:"Made from the browser's name until its owner changes it."`
	CreatedAt  time.Time    `json:"createdAt" doc:"When it first logged in."`
	LastUsedAt time.Time    `json:"lastUsedAt"`
	LoggedIn   bool         `json:"loggedIn"`
	Current    bool         `json:"current,omitempty" doc:"The one that asks."`
}

// Devices answers GET /devices, the one used last first.
type Devices struct {
	Devices []Device `json:"devices"`
}

// Rename gives a device or a passkey a name.
type Rename struct {
	Name message.Text `json:"name" maxLength:"400" doc:"1 to 100 characters."`
}

// ChangePassword sets a new password.
type ChangePassword struct {
	Password message.Text `json:"password" maxLength:"1024" doc:"12 to 128 characters."`
}

// RequestReset asks for a mail with a link to set a new password.
type RequestReset struct {
	Email message.Text `json:"email" maxLength:"320"`
}

// ResetRequested answers RequestReset. It is the same for every address.
type ResetRequested struct {
	Sent bool `json:"sent"`
}

// ResetToken names a reset by the token of its link.
type ResetToken struct {
	Token string `json:"token" maxLength:"100"`
}

// ResetPassword sets a new password by the link of a mail. The first call may
// leave the method out and learns what is needed.
type ResetPassword struct {
	Token      string          `json:"token" maxLength:"100"`
	Password   message.Text    `json:"password" maxLength:"1024" doc:"12 to 128 characters."`
	Method     Method          `json:"method,omitempty" enum:"totp,passkey,recovery" doc:"For an account with a second factor."`
	Code       string          `json:"code,omitempty" maxLength:"40" doc:"For totp and recovery."`
	Ceremony   string          `json:"ceremony,omitempty" maxLength:"100" doc:"For passkey."`
	Credential json.RawMessage `json:"credential,omitempty" doc:"For passkey."`
}

// ResetState says how far a reset is.
type ResetState string

// The states of a reset.
const (
	ResetDone    ResetState = "done"    // the new password works
	ResetPending ResetState = "pending" // it will, unless a device cancels it
	ResetFactor  ResetState = "factor"  // nothing happened: a second factor is needed
)

// ResetAnswer answers ResetPassword.
type ResetAnswer struct {
	State       ResetState `json:"state" enum:"done,pending,factor"`
	EffectiveAt *time.Time `json:"effectiveAt,omitempty" doc:"For pending: when the new password begins to work."`
	Methods     []Method   `json:"methods,omitempty" enum:"totp,passkey,recovery" doc:"For factor: what it may be."`
}

// SecurityNotice names what happened to an account.
type SecurityNotice string

// The notices.
const (
	NoticeNewDevice      SecurityNotice = "new_device"      // a browser logged in for the first time
	NoticeResetPending   SecurityNotice = "reset_pending"   // a new password will take effect unless it is cancelled
	NoticeResetCancelled SecurityNotice = "reset_cancelled" // it will not
	NoticePassword       SecurityNotice = "password"        // there is a new password
	NoticeWrongCodes     SecurityNotice = "wrong_codes"     // several wrong codes followed a right password or a link of a mail
	NoticeFactors        SecurityNotice = "factors"         // a second factor was added or removed
	NoticeEmailPending   SecurityNotice = "email_pending"   // another address will take effect unless it is cancelled
	NoticeEmailCancelled SecurityNotice = "email_cancelled" // it will not
	NoticeEmail          SecurityNotice = "email"           // there is another address
)

// SecurityEvent tells the account's devices that something about it changed.
// It says no more than that: GET /security and GET /devices say the rest.
type SecurityEvent struct {
	Notice SecurityNotice `json:"notice" enum:"new_device,reset_pending,reset_cancelled,password,wrong_codes,factors,email_pending,email_cancelled,email"`
	At     time.Time      `json:"at"`
	Device uuid.UUID      `json:"device,omitzero" doc:"The device that did it, or is what it is about; missing if none is known."`
}

// SeenNotices says what a person has been told of.
type SeenNotices struct {
	Until time.Time `json:"until" doc:"All notices up to then."`
}
