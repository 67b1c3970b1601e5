-- What therapists set about when and how they answer, and the agreements that
-- follow from it. Agreements and their acknowledgements are never changed or
-- deleted: what someone agreed to can be shown.

CREATE TABLE availabilities (
    practice_id  {uuid} NOT NULL REFERENCES practices (id),
    therapist_id {uuid} NOT NULL REFERENCES accounts (id),
    version      BIGINT NOT NULL,
    agreement    BIGINT NOT NULL,
    settings     {bytes} NOT NULL,
    PRIMARY KEY (practice_id, therapist_id)
);

CREATE TABLE agreements (
    practice_id  {uuid} NOT NULL REFERENCES practices (id),
    therapist_id {uuid} NOT NULL REFERENCES accounts (id),
    version      BIGINT NOT NULL,
    content      {bytes} NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (practice_id, therapist_id, version)
);

CREATE TABLE agreement_acknowledgements (
    practice_id     {uuid} NOT NULL,
    conversation_id {uuid} NOT NULL,
    version         BIGINT NOT NULL,
    text_version    BIGINT NOT NULL,
    acknowledged_at BIGINT NOT NULL,
    PRIMARY KEY (practice_id, conversation_id, version, text_version),
    FOREIGN KEY (practice_id, conversation_id) REFERENCES conversations (practice_id, id)
);

-- The newest acknowledgement of a conversation's client, 0 if there is none.
ALTER TABLE conversations ADD COLUMN acknowledged BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN acknowledged_text BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN acknowledged_at BIGINT NOT NULL DEFAULT 0;
