package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

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

// listPractices prints a line for each practice: id, name and whether it is the
// demo; then one for each application that waits for an answer.
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
		demo := ""
		if practice.Demo {
			demo = "\tdemo"
		}
		fmt.Fprintf(p.stdout, "%s\t%s%s\n", practice.ID, string(practice.Name), demo)
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

// approvePractice approves an application, and prints the link that it mails.
func (p program) approvePractice(ctx context.Context, args []string) (err error) {
	var c config
	set := p.flags("practice approve", "APPLICATION [flags]")
	id, err := p.parseID(set, args, &c, append(storeSettings(), settingPublicURL, settingSMTPURL)...)
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
	fmt.Fprintf(p.stdout, "practice: %s\nlink, until %s: %s\n", made.Practice.ID, made.Expires.UTC().Format(time.RFC3339), link)
	return nil
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
