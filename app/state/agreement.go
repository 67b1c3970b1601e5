package state

import "pleiades/shared/wire"

// agreement returns what the therapist says of messaging, an acknowledgement
// that waits counted; nil if there is nothing.
func (c *conversation) agreement() *wire.Agreement {
	if c.info.Agreement == nil {
		return nil
	}
	known := *c.info.Agreement
	for _, p := range c.acknowledgements {
		if p.TextVersion == known.TextVersion {
			known.Acknowledged = max(known.Acknowledged, p.Version)
		}
	}
	return &known
}
