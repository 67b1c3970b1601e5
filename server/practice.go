package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/message"
)

// createPractice creates a practice and prints its id.
func (p program) createPractice(ctx context.Context, args []string) (err error) {
	var c config
	set := p.flags("practice create", "--name NAME [flags]")
	name := set.String("name", "", "name of the practice, as its members see it")
	if err := p.parse(set, args, &c, storeSettings()...); err != nil {
		return err
	}
	if *name == "" {
		return &usageError{[]string{"--name is missing"}}
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	practice, err := h.accounts.CreatePractice(ctx, message.Text(*name), false)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, practice.ID)
	return nil
}

// listPractices prints a line for each practice: id, name, whether it is the
// demo and since when it is suspended; then one for each application that waits
// for an answer.
func (p program) listPractices(ctx context.Context, args []string) (err error) {
	var c config
	if err := p.parse(p.flags("practice list", "[flags]"), args, &c, storeSettings()...); err != nil {
		return err
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	practices, err := h.accounts.ListPractices(ctx)
	if err != nil {
		return err
	}
	for _, practice := range practices {
		notes := ""
		if practice.Demo {
			notes = "\tdemo"
		}
		if practice.Suspended() {
			notes += "\tsuspended " + practice.SuspendedAt.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(p.stdout, "%s\t%s%s\n", practice.ID, string(practice.Name), notes)
	}
	waiting, err := h.accounts.ListOpenApplications(ctx)
	if err != nil {
		return err
	}
	for _, a := range waiting {
		fmt.Fprintf(p.stdout, "%s\t%s\tapplication of %s: %s, licence %s of %s, %s\n", a.ID, string(a.Application.Practice),
			string(a.Name), string(a.Profession), string(a.Licence), string(a.Issuer), string(a.Country))
	}
	return nil
}

// approvePractice approves an application, and prints the link. The server mails it,
// once it runs.
func (p program) approvePractice(ctx context.Context, args []string) (err error) {
	var c config
	set := p.flags("practice approve", "APPLICATION [flags]")
	id, err := p.parseID(set, args, &c, append(storeSettings(), settingPublicURL)...)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	made, err := h.accounts.Approve(ctx, id)
	if err != nil {
		return err
	}
	link := h.origin.JoinPath("signup")
	link.Fragment = made.Token
	fmt.Fprintf(p.stdout, "practice: %s\nlink, which the server mails, until %s: %s\n", made.Practice.ID, made.Expires.UTC().Format(time.RFC3339), link)
	return nil
}

// suspendPractice suspends a practice.
func (p program) suspendPractice(ctx context.Context, args []string) error {
	return p.withPractice(ctx, "practice suspend", args, (*account.Service).Suspend)
}

// resumePractice ends that.
func (p program) resumePractice(ctx context.Context, args []string) error {
	return p.withPractice(ctx, "practice resume", args, (*account.Service).Resume)
}

// withPractice does something with the practice that comes before the flags, by
// its id or its exact name.
func (p program) withPractice(ctx context.Context, words string, args []string, do func(*account.Service, context.Context, uuid.UUID) error) (err error) {
	var c config
	which := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		which, args = args[0], args[1:]
	}
	if err := p.parse(p.flags(words, "PRACTICE [flags]"), args, &c, storeSettings()...); err != nil {
		return err
	}
	if which == "" {
		return &usageError{[]string{"the practice is missing: its id or its exact name; pleiades practice list shows them"}}
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	practices, err := h.accounts.ListPractices(ctx)
	if err != nil {
		return err
	}
	id, _ := uuid.Parse(which)
	practices = slices.DeleteFunc(practices, func(a account.Practice) bool { return a.ID != id && string(a.Name) != which })
	switch len(practices) {
	case 0:
		return errors.New("there is no such practice; pleiades practice list shows all")
	case 1:
		return do(h.accounts, ctx, practices[0].ID)
	}
	return errors.New("several practices have this name: give the id; pleiades practice list shows it")
}

// parseID reads an id that comes before the flags.
func (p program) parseID(set *flag.FlagSet, args []string, c *config, settings ...setting) (uuid.UUID, error) {
	text := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		text, args = args[0], args[1:]
	}
	if err := p.parse(set, args, c, settings...); err != nil {
		return uuid.Nil, err
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil, &usageError{[]string{"the id is missing or is none; pleiades practice list shows them"}}
	}
	return id, nil
}
