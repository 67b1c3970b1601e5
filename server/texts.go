package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"pleiades/server/chat"
)

// destroyTexts makes the texts of a conversation unreadable for ever, for an
// operator whom the practice has told that it need not keep them any longer. Care
// has to have ended there.
func (p program) destroyTexts(ctx context.Context, args []string) (err error) {
	var c config
	set := p.flags("texts destroy", "CONVERSATION --for-ever [flags]")
	sure := set.Bool("for-ever", false, "nobody needs the texts any longer, nor may read them")
	text := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		text, args = args[0], args[1:]
	}
	if err := p.parse(set, args, &c, storeSettings()...); err != nil {
		return err
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return &usageError{[]string{"the id is missing or is none; the address of a conversation's page ends in it"}}
	}
	if !*sure {
		return &usageError{[]string{"--for-ever is missing: nothing brings the texts back"}}
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	err = h.chat.DestroyTexts(ctx, id)
	if errors.Is(err, chat.ErrOpen) {
		return fmt.Errorf("%w: its therapist has to close it first", err)
	}
	return err
}
