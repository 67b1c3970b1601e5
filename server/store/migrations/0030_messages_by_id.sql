-- Messages by their ids as they come: those of about the same time lie together,
-- whatever the conversation, so that many at once change few pages. Who sent one is
-- one of the two that its conversation names, which need not be looked up again.

CREATE TABLE messages_new (
    practice_id     {uuid} NOT NULL,
    conversation_id {uuid} NOT NULL,
    seq             BIGINT NOT NULL,
    id              {uuid} NOT NULL,
    sender_id       {uuid} NOT NULL,
    body            {bytes} NOT NULL,
    written_at      BIGINT NOT NULL,
    accepted_at     BIGINT NOT NULL,
    late            BOOLEAN NOT NULL,
    PRIMARY KEY (practice_id, conversation_id, seq),
    UNIQUE (practice_id, id, conversation_id),
    FOREIGN KEY (practice_id, conversation_id) REFERENCES conversations (practice_id, id)
);

INSERT INTO messages_new (practice_id, conversation_id, seq, id, sender_id, body, written_at, accepted_at, late)
SELECT practice_id, conversation_id, seq, id, sender_id, body, written_at, accepted_at, late FROM messages;

DROP TABLE messages;

ALTER TABLE messages_new RENAME TO messages;
