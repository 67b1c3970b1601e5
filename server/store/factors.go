package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
)

type totpRow struct {
	bun.BaseModel `bun:"table:totps,alias:t"`

	AccountID uuid.UUID `bun:",pk"`
	Secret    []byte
	LastStep  int64
	CreatedAt int64
	NewSecret []byte
}

type passkeyRow struct {
	bun.BaseModel `bun:"table:passkeys,alias:k"`

	ID             uuid.UUID `bun:",pk"`
	AccountID      uuid.UUID
	CredentialHash []byte
	Credential     []byte
	Name           []byte
	CreatedAt      int64
	LastUsedAt     int64
}

type recoveryCodeRow struct {
	bun.BaseModel `bun:"table:recovery_codes,alias:r"`

	AccountID uuid.UUID `bun:",pk"`
	CodeHash  []byte    `bun:",pk"`
	CreatedAt int64
	UsedAt    *int64
}

func (r totpRow) place() place    { return place{row: r.AccountID, person: r.AccountID} }
func (r passkeyRow) place() place { return place{row: r.ID, person: r.AccountID} }

// sealPasskey returns the row of a passkey in place of what is stored of it.
func (s sealer) sealPasskey(ctx context.Context, stored passkeyRow, p account.Passkey) (passkeyRow, error) {
	row := passkeyRow{
		ID:         p.ID,
		AccountID:  p.Account,
		CreatedAt:  p.CreatedAt.UnixMicro(),
		LastUsedAt: p.LastUsedAt.UnixMicro(),
	}
	var err error
	if row.Name, err = s.sealOver(ctx, passkeyName, row.place(), stored.Name, p.Name); err != nil {
		return passkeyRow{}, err
	}
	row.Credential, err = s.seal(ctx, passkeyCredential, row.place(), p.Credential)
	return row, err
}

// passkey opens a passkey. Unlike its name, what it is checked by has to be
// readable: without it the account would look less protected than it is.
func (o opener) passkey(ctx context.Context, r passkeyRow) (account.Passkey, error) {
	name, err := o.word(ctx, passkeyName, r.place(), r.Name)
	if err != nil {
		return account.Passkey{}, err
	}
	credential, err := o.open(ctx, passkeyCredential, r.place(), r.Credential)
	return account.Passkey{
		ID:         r.ID,
		Account:    r.AccountID,
		Credential: credential,
		Name:       name,
		CreatedAt:  instant(r.CreatedAt),
		LastUsedAt: instant(r.LastUsedAt),
	}, err
}

// totp opens a secret and the one that waits, which have to be readable too.
func (o opener) totp(ctx context.Context, r totpRow) (account.TOTP, error) {
	secret, err := o.open(ctx, totpSecret, r.place(), r.Secret)
	if err != nil {
		return account.TOTP{}, err
	}
	next, err := o.open(ctx, totpNewSecret, r.place(), r.NewSecret)
	return account.TOTP{Secret: secret, LastStep: r.LastStep, CreatedAt: instant(r.CreatedAt), NewSecret: next}, err
}

func (s accounts) FindFactors(ctx context.Context, id uuid.UUID) (account.Factors, error) {
	f, err := findFactors(ctx, s.db.read, s.db.opener, id)
	return f, accountError(ctx, err)
}

func (t accountsTx) FindFactors(ctx context.Context, id uuid.UUID) (account.Factors, error) {
	return findFactors(ctx, t.tx, t.opener, id)
}

func findFactors(ctx context.Context, db bun.IDB, o opener, id uuid.UUID) (account.Factors, error) {
	var f account.Factors
	var totps []totpRow
	if err := db.NewSelect().Model(&totps).Where("account_id = ?", id).Scan(ctx); err != nil {
		return f, fmt.Errorf("select TOTP: %w", err)
	}
	for _, r := range totps { // at most one
		var err error
		if f.TOTP, err = o.totp(ctx, r); err != nil {
			return f, err
		}
	}
	var keys []passkeyRow
	if err := db.NewSelect().Model(&keys).Where("account_id = ?", id).Order("created_at", "id").Scan(ctx); err != nil {
		return f, fmt.Errorf("select passkeys: %w", err)
	}
	for _, r := range keys {
		key, err := o.passkey(ctx, r)
		if err != nil {
			return f, err
		}
		f.Passkeys = append(f.Passkeys, key)
	}
	var codes []recoveryCodeRow
	if err := db.NewSelect().Model(&codes).Where("account_id = ? AND used_at IS NULL", id).Scan(ctx); err != nil {
		return f, fmt.Errorf("select recovery codes: %w", err)
	}
	f.RecoveryCodes = len(codes)
	if len(codes) > 0 {
		f.RecoveryCodesAt = instant(codes[0].CreatedAt)
	}
	return f, nil
}

func (t accountsTx) SaveTOTP(ctx context.Context, id uuid.UUID, totp account.TOTP) error {
	if len(totp.Secret) == 0 && len(totp.NewSecret) == 0 {
		return deleteOf[totpRow](ctx, t, id)
	}
	if _, err := hold[totpRow](ctx, t.journal, where("account_id = ?", id)); err != nil {
		return err
	}
	row := totpRow{AccountID: id, LastStep: totp.LastStep, CreatedAt: totp.CreatedAt.UnixMicro()}
	var err error
	if len(totp.Secret) > 0 {
		if row.Secret, err = t.seal(ctx, totpSecret, row.place(), totp.Secret); err != nil {
			return err
		}
	}
	if len(totp.NewSecret) > 0 {
		if row.NewSecret, err = t.seal(ctx, totpNewSecret, row.place(), totp.NewSecret); err != nil {
			return err
		}
	}
	_, err = t.tx.NewInsert().Model(&row).
		On("CONFLICT (account_id) DO UPDATE").
		Set("secret = EXCLUDED.secret, last_step = EXCLUDED.last_step, created_at = EXCLUDED.created_at, new_secret = EXCLUDED.new_secret").
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("save TOTP: %w", err)
	}
	saved(t.journal, row)
	return nil
}

func (t accountsTx) CreatePasskey(ctx context.Context, p account.Passkey, credentialHash []byte) (bool, error) {
	row, err := t.sealPasskey(ctx, passkeyRow{}, p)
	if err != nil {
		return false, err
	}
	row.CredentialHash = credentialHash
	result, err := t.tx.NewInsert().Model(&row).On("CONFLICT (credential_hash) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("insert passkey: %w", err)
	}
	return created(t.journal, row, result)
}

func (t accountsTx) UpdatePasskey(ctx context.Context, p account.Passkey) error {
	stored, err := holdOne[passkeyRow](ctx, t.journal, where("id = ?", p.ID))
	if err != nil {
		return err
	}
	row, err := t.sealPasskey(ctx, stored, p)
	if err != nil {
		return err
	}
	row.CredentialHash = stored.CredentialHash
	if _, err := t.tx.NewUpdate().Model(&row).Column("name", "credential", "last_used_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update passkey: %w", err)
	}
	updated(t.journal, row)
	return nil
}

func (t accountsTx) DeleteFactors(ctx context.Context, id uuid.UUID) error {
	return errors.Join(
		deleteOf[totpRow](ctx, t, id),
		deleteOf[passkeyRow](ctx, t, id),
		deleteOf[recoveryCodeRow](ctx, t, id),
	)
}

// deleteOf deletes the account's rows of a table.
func deleteOf[R protected](ctx context.Context, t accountsTx, id uuid.UUID) error {
	_, err := deleteWhere[R](ctx, t, "account_id = ?", id)
	return err
}

// deleteWhere deletes rows of a table that the log protects and returns how many
// there were.
func deleteWhere[R protected](ctx context.Context, t accountsTx, condition string, args ...any) (int, error) {
	var rows []R
	if err := t.tx.NewDelete().Model((*R)(nil)).Where(condition, args...).Returning("*").Scan(ctx, &rows); err != nil {
		return 0, fmt.Errorf("delete %T: %w", rows, err)
	}
	deleted(t.journal, rows...)
	return len(rows), nil
}

func (t accountsTx) DeletePasskey(ctx context.Context, id uuid.UUID) error {
	_, err := deleteWhere[passkeyRow](ctx, t, "id = ?", id)
	return err
}

func (t accountsTx) ReplaceRecoveryCodes(ctx context.Context, id uuid.UUID, hashes [][]byte, at time.Time) error {
	if err := deleteOf[recoveryCodeRow](ctx, t, id); err != nil || len(hashes) == 0 {
		return err
	}
	rows := make([]recoveryCodeRow, len(hashes))
	for i, hash := range hashes {
		rows[i] = recoveryCodeRow{AccountID: id, CodeHash: hash, CreatedAt: at.UnixMicro()}
	}
	if _, err := t.tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("insert recovery codes: %w", err)
	}
	inserted(t.journal, rows...)
	return nil
}

func (t accountsTx) UseRecoveryCode(ctx context.Context, id uuid.UUID, hash []byte, at time.Time) (bool, error) {
	found, err := hold[recoveryCodeRow](ctx, t.journal, where("account_id = ? AND code_hash = ? AND used_at IS NULL", id, hash))
	if err != nil || len(found) == 0 {
		return false, err
	}
	row, micros := found[0], at.UnixMicro()
	row.UsedAt = &micros
	if _, err := t.tx.NewUpdate().Model(&row).Column("used_at").WherePK().Exec(ctx); err != nil {
		return false, fmt.Errorf("use recovery code: %w", err)
	}
	updated(t.journal, row)
	return true, nil
}
