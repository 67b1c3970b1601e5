// Command pleiades is the server and its operator's tools in one program. This
// package wires the others together and reads the configuration; it must hold
// no rule of the product itself.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/keyring"
	"pleiades/shared/phrase"
)

func main() {
	p := program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}
	os.Exit(p.run(context.Background(), os.Args[1:]))
}

// program is what a command has of the world outside.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
}

// log returns where the program tells what it does, by itself or wrongly.
func (p program) log() *slog.Logger { return slog.New(slog.NewTextHandler(p.stderr, nil)) }

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // the work failed
	exitUsage  = 2 // wrong usage or configuration: a person has to change something
)

// command is something the program can be told to do.
type command struct {
	words   string // as typed, such as "practice list"
	summary string
	run     func(p program, ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"serve", "run the server", program.serve},
		{"migrate", "bring the database up to date", program.migrate},
		{"practice create", "create a practice", program.createPractice},
		{"practice list", "list the practices, and the applications that wait for an answer", program.listPractices},
		{"practice approve", "approve an application, and mail a link to sign up", program.approvePractice},
		{"practice suspend", "keep a practice as it is: its people log in and read, and nothing new is written", program.suspendPractice},
		{"practice resume", "end that", program.resumePractice},
		{"account create", "create an account in a practice, or an operator's", program.createAccount},
		{"account disable", "keep an account from logging in", program.disableAccount},
		{"account reset", "print a link by which someone who lost everything begins anew", program.resetAccount},
		{"texts destroy", "make the texts of a conversation in which care has ended unreadable for ever", program.destroyTexts},
		{"keys rotate", "add a key to the key file and use it from now on", program.rotateKeys},
		{"keys list", "list the keys of the key file", program.listKeys},
		{"audit verify", "check the audit log and all that it protects", program.verifyAudit},
		{"audit export", "print the audit log as lines of JSON", program.exportAudit},
		{"forecast", "print by when a message would be answered", program.forecast},
		{"guidance review", "run validation and guidance over lines of JSON", program.reviewGuidance},
		{"help ask", "have the support assistant answer lines of JSON", program.askHelp},
		{"help feedback", "print what readers say of the Help Center", program.listFeedback},
		{"version", "print version, commit, protocol and Go version", program.version},
	}
}

// run does what args say and returns the exit code.
func (p program) run(ctx context.Context, args []string) int {
	err := p.dispatch(ctx, args)
	var usage *usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.As(err, &usage), errors.Is(err, keyring.ErrKeyFile), errors.Is(err, audit.ErrSigningKey):
		fmt.Fprintln(p.stderr, "pleiades:", oneLine(err))
		return exitUsage
	default:
		fmt.Fprintln(p.stderr, "pleiades:", oneLine(err))
		return exitFailed
	}
}

func (p program) dispatch(ctx context.Context, args []string) error {
	if len(args) > 0 && (len(args) == 1 && args[0] == "help" || args[0] == "-h" || args[0] == "-help" || args[0] == "--help") {
		p.printCommands(p.stdout, "")
		return nil
	}
	for _, c := range commands() {
		words := strings.Fields(c.words)
		if len(args) >= len(words) && strings.Join(args[:len(words)], " ") == c.words {
			return c.run(p, ctx, args[len(words):])
		}
	}
	if len(args) == 2 && strings.HasSuffix(args[1], "-help") && p.printCommands(p.stdout, args[0]) {
		return nil
	}
	if len(args) == 0 {
		return &usageError{problems: []string{"say what to do; pleiades --help lists the commands"}}
	}
	return &usageError{problems: []string{"unknown command; pleiades --help lists the commands"}}
}

// printCommands lists the commands that begin with a word, or all. It reports
// whether there were any.
func (p program) printCommands(w io.Writer, word string) bool {
	var list strings.Builder
	for _, c := range commands() {
		if word == "" || strings.HasPrefix(c.words, word+" ") {
			fmt.Fprintf(&list, "  pleiades %-17s %s\n", c.words, c.summary)
		}
	}
	if list.Len() > 0 {
		fmt.Fprintf(w, "Usage:\n%s\nEvery command takes --help.\n", list.String())
	}
	return list.Len() > 0
}

// usageError says what a person has to change about how they call the program
// or set it up.
type usageError struct{ problems []string }

func (e *usageError) Error() string { return strings.Join(e.problems, "; ") }

// oneLine is an error's text for people, on one line.
func oneLine(err error) string {
	var (
		details  *account.InvalidError
		password *account.InvalidPasswordError
	)
	switch {
	case errors.As(err, &details):
		return fieldTexts(details.Fields)
	case errors.As(err, &password):
		return fieldTexts(password.Fields)
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

// fieldTexts says what is wrong with a person's details.
func fieldTexts(fields []string) string {
	words := phrase.English()
	texts := make([]string, len(fields))
	for i, field := range fields {
		texts[i] = words.Field(field)
	}
	return strings.Join(texts, " ")
}
