-- The most idle minutes that a practice allows until a device of its people locks; 0
-- where it does not say.

ALTER TABLE practices ADD COLUMN lock_within BIGINT NOT NULL DEFAULT 0;
