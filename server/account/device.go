package account

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/server/permit"
	"pleiades/shared/message"
)

const maxUserAgent = 300 // bytes

// Device is a browser on which an account was logged in, from the first login
// there until it is revoked. Its token lies in a cookie of its own and proves
// nothing but that.
type Device struct {
	ID         uuid.UUID
	Account    uuid.UUID
	Name       message.Text // made from the user agent until its owner changes it
	UserAgent  string       // as the browser called itself at its newest login, at most 300 bytes
	CreatedAt  time.Time
	LastUsedAt time.Time // to the minute
	RevokedAt  time.Time // zero while it is not
	LoggedIn   bool      // only as ListDevices tells it
}

// Revoked reports whether the device was revoked: it counts as unknown, and
// what it kept is to be wiped.
func (d Device) Revoked() bool { return !d.RevokedAt.IsZero() }

// FindDevice finds a device by its id, a revoked one too. It is for those who
// check what a device has signed and takes no actor.
func (s *Service) FindDevice(ctx context.Context, id uuid.UUID) (Device, error) {
	device, err := s.store.FindDevice(ctx, id)
	if err != nil {
		return Device{}, fmt.Errorf("find device: %w", err)
	}
	return device, nil
}

// ListDevices lists the actor's devices that are not revoked, the one used last
// first.
func (s *Service) ListDevices(ctx context.Context, actor Actor) ([]Device, error) {
	if err := s.can(actor, permit.ManageOwn); err != nil {
		return nil, err
	}
	now := s.now()
	devices, err := s.store.ListDevices(ctx, actor.Account, now, now.Add(-IdleLimit))
	if err != nil {
		return nil, fmt.Errorf("list devices: %w", err)
	}
	return devices, nil
}

// RenameDevice gives one of the actor's devices a name. The errors are
// *InvalidNameError and, for other people's and revoked devices, ErrNotFound.
func (s *Service) RenameDevice(ctx context.Context, actor Actor, id uuid.UUID, name message.Text) error {
	name = message.Normalize(name)
	if fields := checkName(name); fields != nil {
		return &InvalidNameError{Fields: fields}
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		device, err := s.lockOwnDevice(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		device.Name = name
		if err := tx.UpdateDevice(ctx, device); err != nil {
			return err
		}
		return s.record(ctx, tx, actor.Account, s.eventOf(audit.DeviceChange, actor.Account, device.ID))
	})
	if err != nil {
		return fmt.Errorf("rename device: %w", s.refuse(ctx, actor, id, err))
	}
	return nil
}

// RevokeDevice revokes one of the actor's devices and ends its login sessions.
// It needs a fresh proof, but for the device that asks. For other people's and
// revoked devices it is ErrNotFound.
func (s *Service) RevokeDevice(ctx context.Context, actor Actor, id uuid.UUID) error {
	var ended []LoginID
	err := s.store.Update(ctx, func(tx Tx) error {
		device, err := s.lockOwnDevice(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if device.ID != actor.Device {
			if err := s.can(actor, permit.RevokeOthers); err != nil {
				return err
			}
		}
		ended, err = s.revoke(ctx, tx, actor, device)
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke device: %w", s.refuse(ctx, actor, id, err))
	}
	s.ended(ended...)
	return nil
}

// RevokeOtherDevices revokes all devices of the actor but the one that asks, and
// ends all other login sessions. It needs a fresh proof.
func (s *Service) RevokeOtherDevices(ctx context.Context, actor Actor) error {
	if err := s.can(actor, permit.RevokeOthers); err != nil {
		return err
	}
	now := s.now()
	devices, err := s.store.ListDevices(ctx, actor.Account, now, now)
	if err != nil {
		return fmt.Errorf("revoke devices: %w", err)
	}
	var ended []LoginID
	err = s.store.Update(ctx, func(tx Tx) error {
		// Nobody else locks several devices of the account meanwhile.
		if err := lockEnabled(ctx, tx, actor.Account); err != nil {
			return err
		}
		for _, d := range devices {
			if d.ID == actor.Device {
				continue
			}
			device, err := tx.LockDevice(ctx, d.ID)
			if err != nil {
				return err
			}
			logins, err := s.revoke(ctx, tx, actor, device)
			if err != nil {
				return err
			}
			ended = append(ended, logins...)
		}
		logins, err := s.endOtherLogins(ctx, tx, actor.Account, actor)
		ended = append(ended, logins...)
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke devices: %w", err)
	}
	s.ended(ended...)
	return nil
}

// revoke revokes a device and returns its login sessions, which are over.
func (s *Service) revoke(ctx context.Context, tx Tx, actor Actor, device Device) ([]LoginID, error) {
	device.RevokedAt = s.now()
	if err := tx.UpdateDevice(ctx, device); err != nil {
		return nil, err
	}
	if err := s.record(ctx, tx, actor.Account, s.eventOf(audit.DeviceRevoke, actor.Account, device.ID)); err != nil {
		return nil, err
	}
	ended, err := tx.DeleteDeviceLogins(ctx, device.ID)
	if err != nil {
		return nil, err
	}
	return ended, s.recordEnded(ctx, tx, device.Account, actor, ended)
}

// endOtherLogins ends all login sessions of an account but the one of who asks,
// if they have one, and returns them.
func (s *Service) endOtherLogins(ctx context.Context, tx Tx, account uuid.UUID, by Actor) ([]LoginID, error) {
	ended, err := tx.DeleteOtherLogins(ctx, account, by.Login)
	if err != nil {
		return nil, err
	}
	return ended, s.recordEnded(ctx, tx, account, by, ended)
}

// recordEnded records which login sessions of an account somebody has ended.
func (s *Service) recordEnded(ctx context.Context, tx Tx, account uuid.UUID, by Actor, ended []LoginID) error {
	for _, login := range ended {
		if err := s.record(ctx, tx, account, s.eventOf(audit.LoginRevoke, by.Account, login)); err != nil {
			return err
		}
	}
	return nil
}

// lockOwnDevice locks a device of the actor that is not revoked. One that is gives
// errGone.
func (s *Service) lockOwnDevice(ctx context.Context, tx Tx, actor Actor, id uuid.UUID) (Device, error) {
	device, err := tx.LockDevice(ctx, id)
	if err != nil {
		return Device{}, err
	}
	if err := permit.Can(s.permitted(actor), permit.ManageOwn, permit.Object{Owner: device.Account}); err != nil {
		return Device{}, err
	}
	if device.Revoked() {
		return Device{}, errGone
	}
	return device, nil
}

// CheckDevice returns ErrDeviceRevoked if the newest device of an account on the
// browser with the token was revoked; with uuid.Nil, which names no account, the
// newest of all. Anything else, also what is no token, is fine. Accounts share a
// browser's token: what one of them keeps there is not to be wiped because another
// took the device out of theirs.
func (s *Service) CheckDevice(ctx context.Context, token string, account uuid.UUID) error {
	hash, ok := bearer.Hash(token)
	if !ok {
		return nil
	}
	devices, err := s.store.ListDevicesByToken(ctx, hash)
	if err != nil {
		return fmt.Errorf("check device: %w", err)
	}
	at := slices.IndexFunc(devices, func(d Device) bool { return account == uuid.Nil || d.Account == account })
	if at >= 0 && devices[at].Revoked() {
		return ErrDeviceRevoked
	}
	return nil
}

// recognize returns the account's device on the browser, made anew at the first
// login there, the token by which the browser is known, and whether the device
// is new and not the account's first. Accounts on one browser have devices of their own under the same
// token. A browser with a revoked device gets another token, and so does one
// that made its own up.
func (s *Service) recognize(ctx context.Context, tx Tx, account uuid.UUID, from Browser) (Device, string, bool, error) {
	now := s.now()
	userAgent := shorten(from.UserAgent)
	token := from.Device
	hash, ok := bearer.Hash(token)
	var here []Device
	var err error
	if ok {
		if here, err = tx.LockDevicesByToken(ctx, hash); err != nil {
			return Device{}, "", false, err
		}
	}
	if len(here) == 0 || slices.ContainsFunc(here, Device.Revoked) {
		here = nil
		if token, hash, err = bearer.New(s.rand); err != nil {
			return Device{}, "", false, err
		}
	}
	for _, device := range here {
		if device.Account == account {
			device.UserAgent, device.LastUsedAt = userAgent, now
			return device, token, false, tx.UpdateDevice(ctx, device)
		}
	}
	later, err := tx.HasDevice(ctx, account)
	if err != nil {
		return Device{}, "", false, err
	}
	id, err := s.newID()
	if err != nil {
		return Device{}, "", false, err
	}
	device := Device{
		ID:         id,
		Account:    account,
		Name:       nameDevice(userAgent),
		UserAgent:  userAgent,
		CreatedAt:  now,
		LastUsedAt: now,
	}
	if err := tx.CreateDevice(ctx, device, hash); err != nil {
		return Device{}, "", false, err
	}
	return device, token, later, s.record(ctx, tx, account, s.eventOf(audit.DeviceCreate, account, device.ID))
}

// shorten returns a user agent as it is kept.
func shorten(userAgent string) string {
	return strings.ToValidUTF8(userAgent[:min(len(userAgent), maxUserAgent)], "")
}

// nameDevice makes a name such as "Firefox on Android" of what a browser calls
// itself. Browsers claim to be each other: the first word found counts.
func nameDevice(userAgent string) message.Text {
	find := func(words ...string) string {
		for i := 0; i < len(words); i += 2 {
			if strings.Contains(userAgent, words[i]) {
				return words[i+1]
			}
		}
		return ""
	}
	browser := find("Edg", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "FxiOS/", "Firefox",
		"Chromium/", "Chromium", "Chrome/", "Chrome", "CriOS/", "Chrome", "Safari/", "Safari")
	system := find("iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "CrOS", "ChromeOS",
		"Windows", "Windows", "Mac OS X", "Mac", "Linux", "Linux")
	if system == "" {
		return message.Text(cmp.Or(browser, "Browser"))
	}
	return message.Text(cmp.Or(browser, "Browser") + " on " + system)
}
