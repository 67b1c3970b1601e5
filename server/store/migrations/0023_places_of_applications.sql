-- Where an application that waits came from, as a keyed hash.

ALTER TABLE applications ADD COLUMN place {bytes};
