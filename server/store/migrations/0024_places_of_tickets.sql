-- Where a ticket of someone without a login came from, as a keyed hash, until it
-- is answered or closed.

ALTER TABLE tickets ADD COLUMN place {bytes};
