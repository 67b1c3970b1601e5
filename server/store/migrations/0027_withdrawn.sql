-- Messages that their author withdrew before they came: under these ids nothing is
-- stored any more.

CREATE TABLE withdrawn_messages (
    practice_id     {uuid} NOT NULL,
    conversation_id {uuid} NOT NULL,
    id              {uuid} NOT NULL,
    author_id       {uuid} NOT NULL REFERENCES accounts (id),
    withdrawn_at    BIGINT NOT NULL,
    PRIMARY KEY (practice_id, conversation_id, id, author_id)
);

CREATE INDEX withdrawn_messages_author ON withdrawn_messages (author_id, withdrawn_at);
