-- When care ended in a conversation, and whether it began anew. Nothing is sent
-- while the newest one stands. Closings are never deleted: the words that went
-- with one are part of the record.

CREATE TABLE closings (
    practice_id     {uuid} NOT NULL,
    conversation_id {uuid} NOT NULL,
    rev             BIGINT NOT NULL,
    closed_by       {uuid} NOT NULL REFERENCES accounts (id),
    closed_at       BIGINT NOT NULL,
    note            {bytes} NOT NULL,
    reopened_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (practice_id, conversation_id, rev),
    FOREIGN KEY (practice_id, conversation_id) REFERENCES conversations (practice_id, id)
);

-- One at most stands.
CREATE UNIQUE INDEX closings_standing ON closings (practice_id, conversation_id) WHERE reopened_at = 0;
