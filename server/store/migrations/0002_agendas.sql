-- Next-appointment lists. A removed item stays, without its text, so that a
-- device that was away learns of it. Every change is remembered, so that
-- repeating it is harmless.

ALTER TABLE conversations ADD COLUMN agenda_rev BIGINT NOT NULL DEFAULT 0;

CREATE TABLE agenda_items (
    practice_id     {uuid} NOT NULL,
    conversation_id {uuid} NOT NULL,
    id              {uuid} NOT NULL,
    body            {bytes} NOT NULL,
    body_id         {uuid} NOT NULL,
    place           TEXT NOT NULL,
    author_id       {uuid} NOT NULL REFERENCES accounts (id),
    created_at      BIGINT NOT NULL,
    done_by         {uuid} REFERENCES accounts (id),
    done_at         BIGINT,
    removed         BOOLEAN NOT NULL,
    rev             BIGINT NOT NULL,
    PRIMARY KEY (practice_id, conversation_id, id),
    FOREIGN KEY (practice_id, conversation_id) REFERENCES conversations (practice_id, id)
);

CREATE TABLE agenda_changes (
    practice_id     {uuid} NOT NULL,
    conversation_id {uuid} NOT NULL,
    id              {uuid} NOT NULL,
    author_id       {uuid} NOT NULL REFERENCES accounts (id),
    kind            TEXT NOT NULL,
    item_id         {uuid} NOT NULL,
    accepted_at     BIGINT NOT NULL,
    PRIMARY KEY (practice_id, conversation_id, id),
    FOREIGN KEY (practice_id, conversation_id) REFERENCES conversations (practice_id, id)
);
