package main

import (
	"context"
	"errors"
	"fmt"

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

// listPractices prints a line for each practice: id, name, and whether it is
// the demo.
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
	return nil
}
