-- The log of who did what: a chain of hashes for each practice, and one, with a
-- practice of zeros, for what belongs to none. Nothing points to the tables of
-- what it speaks of: an event outlives them. What is in the columns is hashed as
-- it is.

CREATE TABLE audit_events (
    practice_id     {uuid} NOT NULL,
    number          BIGINT NOT NULL,
    at              BIGINT NOT NULL,
    kind            TEXT NOT NULL,
    outcome         TEXT NOT NULL,
    actor_id        {uuid} NOT NULL,
    object_id       {uuid} NOT NULL,
    conversation_id {uuid} NOT NULL,
    details         TEXT NOT NULL,
    written         TEXT NOT NULL,
    hash            {bytes} NOT NULL,
    PRIMARY KEY (practice_id, number)
);

-- Who looked at a conversation, and who was kept from it, is asked for often.
CREATE INDEX audit_events_opened ON audit_events (practice_id, conversation_id, kind, number)
    WHERE kind IN ('conversation.open', 'access.deny');

-- The ends of the chains. The code is keyed, so that a chain that was cut off is
-- noticed.
CREATE TABLE audit_heads (
    practice_id {uuid} PRIMARY KEY,
    count       BIGINT NOT NULL,
    hash        {bytes} NOT NULL,
    code        {bytes} NOT NULL
);
