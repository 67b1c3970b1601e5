package remote

import (
	"context"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// LogInCode goes on with a login by a code of an authenticator app or a
// recovery code.
func (c *Client) LogInCode(ctx context.Context, method wire.Method, code string) (wire.LoginAnswer, error) {
	path := "/login/totp"
	if method == wire.MethodRecovery {
		path = "/login/recovery"
	}
	var answer wire.LoginAnswer
	return answer, c.call(ctx, "POST", path, wire.CodeEntry{Code: code}, &answer)
}

// AskPasskey returns the question that a passkey of the login that was begun
// has to answer, or where none was begun, any passkey of the device.
func (c *Client) AskPasskey(ctx context.Context) (wire.PasskeyQuestion, error) {
	return c.ask(ctx, "/login/passkey/options", struct{}{})
}

// LogInPasskey logs in, or goes on with a login, by a passkey's answer.
func (c *Client) LogInPasskey(ctx context.Context, r wire.PasskeyAnswer) (wire.LoginAnswer, error) {
	var answer wire.LoginAnswer
	return answer, c.call(ctx, "POST", "/login/passkey", r, &answer)
}

// Security returns what the account is protected by.
func (c *Client) Security(ctx context.Context) (wire.Security, error) {
	var answer wire.Security
	return answer, c.call(ctx, "GET", "/security", nil, &answer)
}

// SeeNotices says up to when notices were seen on this device.
func (c *Client) SeeNotices(ctx context.Context, r wire.SeenNotices) error {
	return c.call(ctx, "POST", "/security/seen", r, nil)
}

// StepUp proves anew who is there.
func (c *Client) StepUp(ctx context.Context, r wire.StepUp) error {
	return c.call(ctx, "POST", "/step-up", r, nil)
}

// AskStepUpPasskey returns the question that a passkey of the account has to
// answer to step up.
func (c *Client) AskStepUpPasskey(ctx context.Context) (wire.PasskeyQuestion, error) {
	return c.ask(ctx, "/step-up/passkey/options", struct{}{})
}

// CreateTOTP makes a secret for an authenticator app. It counts for nothing
// until ConfirmTOTP.
func (c *Client) CreateTOTP(ctx context.Context) (wire.TOTPSecret, error) {
	var answer wire.TOTPSecret
	return answer, c.call(ctx, "POST", "/totp", struct{}{}, &answer)
}

// ConfirmTOTP adds the authenticator app, by a code it made.
func (c *Client) ConfirmTOTP(ctx context.Context, code string) (wire.FactorAdded, error) {
	var answer wire.FactorAdded
	return answer, c.call(ctx, "POST", "/totp/confirm", wire.CodeEntry{Code: code}, &answer)
}

// DeleteTOTP removes the authenticator app.
func (c *Client) DeleteTOTP(ctx context.Context) error {
	return c.call(ctx, "DELETE", "/totp", nil, nil)
}

// AskNewPasskey returns the question by which a passkey is made.
func (c *Client) AskNewPasskey(ctx context.Context) (wire.PasskeyQuestion, error) {
	return c.ask(ctx, "/passkeys/options", struct{}{})
}

// AddPasskey adds a passkey that was made.
func (c *Client) AddPasskey(ctx context.Context, r wire.PutPasskey) (wire.FactorAdded, error) {
	var answer wire.FactorAdded
	return answer, c.call(ctx, "POST", "/passkeys", r, &answer)
}

// RenamePasskey gives a passkey another name.
func (c *Client) RenamePasskey(ctx context.Context, id uuid.UUID, r wire.Rename) error {
	return c.call(ctx, "PATCH", "/passkeys/"+id.String(), r, nil)
}

// DeletePasskey removes a passkey.
func (c *Client) DeletePasskey(ctx context.Context, id uuid.UUID) error {
	return c.call(ctx, "DELETE", "/passkeys/"+id.String(), nil, nil)
}

// CreateRecoveryCodes makes recovery codes; those from before stop working.
func (c *Client) CreateRecoveryCodes(ctx context.Context) (wire.RecoveryCodes, error) {
	var answer wire.RecoveryCodes
	return answer, c.call(ctx, "POST", "/recovery-codes", struct{}{}, &answer)
}

// Devices returns where the account was logged in.
func (c *Client) Devices(ctx context.Context) ([]wire.Device, error) {
	var answer wire.Devices
	err := c.call(ctx, "GET", "/devices", nil, &answer)
	return answer.Devices, err
}

// RenameDevice gives a device another name.
func (c *Client) RenameDevice(ctx context.Context, id uuid.UUID, r wire.Rename) error {
	return c.call(ctx, "PATCH", "/devices/"+id.String(), r, nil)
}

// RevokeDevice logs a device out and takes from it what it keeps.
func (c *Client) RevokeDevice(ctx context.Context, id uuid.UUID) error {
	return c.call(ctx, "DELETE", "/devices/"+id.String(), nil, nil)
}

// RevokeOtherDevices revokes all devices but this one.
func (c *Client) RevokeOtherDevices(ctx context.Context) error {
	return c.call(ctx, "DELETE", "/devices", nil, nil)
}

// ChangePassword sets another password. All other logins end.
func (c *Client) ChangePassword(ctx context.Context, r wire.ChangePassword) error {
	return c.call(ctx, "PUT", "/password", r, nil)
}

// RequestReset asks for a mail with a link to set a new password.
func (c *Client) RequestReset(ctx context.Context, r wire.RequestReset) error {
	return c.call(ctx, "POST", "/password/reset-request", r, nil)
}

// ResetPassword sets a new password by the link of a mail.
func (c *Client) ResetPassword(ctx context.Context, r wire.ResetPassword) (wire.ResetAnswer, error) {
	var answer wire.ResetAnswer
	return answer, c.call(ctx, "POST", "/password/reset", r, &answer)
}

// AskResetPasskey returns the question that a passkey of the account has to
// answer to reset its password.
func (c *Client) AskResetPasskey(ctx context.Context, r wire.ResetToken) (wire.PasskeyQuestion, error) {
	return c.ask(ctx, "/password/reset/passkey/options", r)
}

// ApproveReset lets a pending new password work at once.
func (c *Client) ApproveReset(ctx context.Context) error {
	return c.call(ctx, "POST", "/password/reset/approve", struct{}{}, nil)
}

// CancelReset drops a pending new password.
func (c *Client) CancelReset(ctx context.Context) error {
	return c.call(ctx, "DELETE", "/password/reset", nil, nil)
}

// ChangeEmail asks for another address of the account.
func (c *Client) ChangeEmail(ctx context.Context, r wire.ChangeEmail) error {
	return c.call(ctx, "PUT", "/email", r, nil)
}

// ConfirmEmail goes on by the code that was mailed there.
func (c *Client) ConfirmEmail(ctx context.Context, r wire.CodeEntry) (wire.LoggedIn, error) {
	var answer wire.LoggedIn
	return answer, c.call(ctx, "POST", "/email/confirm", r, &answer)
}

// CancelEmail drops another address that waits.
func (c *Client) CancelEmail(ctx context.Context) error {
	return c.call(ctx, "DELETE", "/email", nil, nil)
}

func (c *Client) ask(ctx context.Context, path string, body any) (wire.PasskeyQuestion, error) {
	var answer wire.PasskeyQuestion
	return answer, c.call(ctx, "POST", path, body, &answer)
}
