-- Mails that wait to be sent. They come with what they tell of, in the same
-- transaction, and are deleted once they were sent.

CREATE TABLE mails (
    id      {uuid} PRIMARY KEY,
    kind    TEXT NOT NULL,
    unasked BOOLEAN NOT NULL,
    address {bytes} NOT NULL,
    token   {bytes} NOT NULL,
    tries   BIGINT NOT NULL DEFAULT 0,
    due_at  BIGINT NOT NULL
);

CREATE INDEX mails_due ON mails (due_at);
