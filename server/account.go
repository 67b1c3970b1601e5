package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// createAccount creates an account in a practice, or that of an operator.
func (p program) createAccount(ctx context.Context, args []string) (err error) {
	var c config
	set := p.flags("account create", "(--practice ID --role ROLE | --operator) --name NAME --email ADDRESS [flags]")
	operator := set.Bool("operator", false, "an account that looks after the product itself: it belongs to no practice, sees no conversation and needs a second factor")
	practice := set.String("practice", "", "`id` of the practice; pleiades practice list shows them")
	role := set.String("role", "", "owner, admin, therapist or client")
	name := set.String("name", "", "the person's name, as others see it")
	email := set.String("email", "", "e-mail `address` to log in with")
	stdin := passwordFlag(set)
	if err := p.parse(set, args, &c, append(storeSettings(), settingBreachedFile)...); err != nil {
		return err
	}
	in := account.NewAccount{Role: wire.Role(*role), Name: message.Text(*name), Email: message.Text(*email)}
	var problems []string
	switch in.Practice, err = uuid.Parse(*practice); {
	case *operator && (*practice != "" || *role != ""):
		problems = append(problems, "an operator belongs to no practice and has no role in one")
	case !*operator && err != nil:
		problems = append(problems, "--practice must be the id of a practice")
	}
	if !*operator && !slices.Contains([]wire.Role{wire.RoleOwner, wire.RoleAdmin, wire.RoleTherapist, wire.RoleClient}, in.Role) {
		problems = append(problems, "--role must be owner, admin, therapist or client")
	}
	if in.Name == "" {
		problems = append(problems, "--name is missing")
	}
	if in.Email == "" {
		problems = append(problems, "--email is missing")
	}
	if problems != nil {
		return &usageError{problems}
	}
	password, err := p.password(*stdin)
	if err != nil {
		return err
	}
	in.Password = password

	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	create := h.accounts.CreateAccount
	if *operator {
		create = h.accounts.CreateOperator
	}
	created, err := create(ctx, in)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, created.ID)
	p.showPassword(*stdin, password)
	return nil
}

// disableAccount keeps an account from logging in and ends its logins.
func (p program) disableAccount(ctx context.Context, args []string) error {
	set := p.flags("account disable", "--email ADDRESS [flags]")
	return p.withAccount(ctx, set, args, func(h *house, person account.Account) error {
		return h.accounts.Disable(ctx, person.ID)
	})
}

// resetAccount lets someone who has lost everything begin anew: it takes away
// their password, second factors and logins, and prints a link for them.
func (p program) resetAccount(ctx context.Context, args []string) error {
	set := p.flags("account reset", "--email ADDRESS [flags]")
	return p.withAccount(ctx, set, args, func(h *house, person account.Account) error {
		token, expires, err := h.accounts.StartOver(ctx, person.ID)
		if err != nil {
			return err
		}
		link := h.origin.JoinPath("reset")
		link.Fragment = token
		fmt.Fprintf(p.stdout, "%s\nFor its owner alone: it sets a new password, once, until %s.\n", link, expires.UTC().Format(time.RFC3339))
		return nil
	})
}

// withAccount does something with the account that --email names.
func (p program) withAccount(ctx context.Context, set *flag.FlagSet, args []string, do func(*house, account.Account) error) (err error) {
	var c config
	email := set.String("email", "", "e-mail `address` of the account")
	if err := p.parse(set, args, &c, append(storeSettings(), settingPublicURL)...); err != nil {
		return err
	}
	if *email == "" {
		return &usageError{[]string{"--email is missing"}}
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	person, err := h.accounts.FindByEmail(ctx, message.Text(*email))
	if err != nil {
		return err
	}
	return do(h, person)
}

func passwordFlag(set *flag.FlagSet) *bool {
	return set.Bool("password-stdin", false, "read the password from the first line of standard input; otherwise one is made up and printed")
}

// password reads the password from standard input, or makes one.
func (p program) password(stdin bool) (message.Text, error) {
	if !stdin {
		return newPassword(), nil
	}
	line, err := bufio.NewReader(p.stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read password: %w", err)
	}
	return message.Text(strings.TrimRight(line, "\r\n")), nil
}

// showPassword prints a password that was made up: it is not to be had again.
func (p program) showPassword(stdin bool, password message.Text) {
	if !stdin {
		fmt.Fprintln(p.stdout, "password:", string(password))
	}
}

// newPassword returns a password with 130 random bits.
func newPassword() message.Text { return message.Text(strings.ToLower(rand.Text())) }
