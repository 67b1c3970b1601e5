-- When the keys of a conversation's texts were destroyed, 0 if they were not.
-- Its rows stay: who wrote when is known for as long as they are.

ALTER TABLE conversations ADD COLUMN destroyed_at BIGINT NOT NULL DEFAULT 0;
