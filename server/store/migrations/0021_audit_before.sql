-- How an event is encoded: since the second form it says of each row what lay
-- there before.

ALTER TABLE audit_events ADD COLUMN form BIGINT NOT NULL DEFAULT 1;
