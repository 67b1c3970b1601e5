package account

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

type Store interface{}
type hasher struct{}

func newHasher(int, io.Reader) *hasher { return nil }

// SignUp is what a person gives to get an account.
type SignUp struct {
	Email      message.Text
	Password   message.Text
	Name       message.Text
	Invitation string // token of an invitation link; may be empty
}

// NewAccount is what an operator gives to create an account.
type NewAccount struct {
	Practice uuid.UUID
	Role     wire.Role
	Name     message.Text
	Email    message.Text
	Password message.Text
}

func (s *Service) SignUp(ctx context.Context, in SignUp) error { return errors.ErrUnsupported }
func (s *Service) LogIn(ctx context.Context, email, password message.Text, userAgent string) (Account, string, LoginSession, error) {
	return Account{}, "", LoginSession{}, errors.ErrUnsupported
}
func (s *Service) Authenticate(ctx context.Context, token string) (Actor, LoginSession, error) {
	return Actor{}, LoginSession{}, errors.ErrUnsupported
}
func (s *Service) Renew(ctx context.Context, actor Actor) error  { return errors.ErrUnsupported }
func (s *Service) LogOut(ctx context.Context, actor Actor) error { return errors.ErrUnsupported }
func (s *Service) Find(ctx context.Context, actor Actor) (Account, error) {
	return Account{}, errors.ErrUnsupported
}
func (s *Service) Invite(ctx context.Context, actor Actor, practice uuid.UUID) (token string, expires time.Time, err error) {
	return "", time.Time{}, errors.ErrUnsupported
}
func (s *Service) UpdateSettings(ctx context.Context, actor Actor, settings wire.Settings) error {
	return errors.ErrUnsupported
}
func (s *Service) CreatePractice(ctx context.Context, name message.Text, demo bool) (Practice, error) {
	return Practice{}, errors.ErrUnsupported
}
func (s *Service) ListPractices(ctx context.Context) ([]Practice, error) {
	return nil, errors.ErrUnsupported
}
func (s *Service) CreateAccount(ctx context.Context, in NewAccount) (Account, error) {
	return Account{}, errors.ErrUnsupported
}
func (s *Service) FindByEmail(ctx context.Context, email message.Text) (Account, error) {
	return Account{}, errors.ErrUnsupported
}
func (s *Service) Disable(ctx context.Context, account uuid.UUID) error { return errors.ErrUnsupported }
func (s *Service) ResetPassword(ctx context.Context, account uuid.UUID, password message.Text) error {
	return errors.ErrUnsupported
}
